# SPDX-License-Identifier: EUPL-1.2
"""National numbers for tests, made while they run: none stands in the tree with check digits that are right."""


def national_number(serial, born="900115"):
    """Eleven digits that pass the check. born: YYMMDD before 2000, of nobody in particular."""
    nine = "%s%03d" % (born, serial)
    return "%s%02d" % (nine, 97 - int(nine) % 97)


def on_card(number):
    """As it is printed."""
    return "%s.%s.%s-%s.%s" % (number[:2], number[2:4], number[4:6], number[6:9], number[9:])


def wrong(number):
    """The same with check digits that are wrong."""
    return number[:9] + "%02d" % (int(number[9:]) % 97 + 1)
