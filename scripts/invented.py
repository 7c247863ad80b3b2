# SPDX-License-Identifier: EUPL-1.2
"""Invented schools and people for the demo and the benchmark: the same ones for the same seed. No national numbers."""
import random
import uuid

GIVEN = ("An Bart Charlotte Dries Els Fatima Geert Hanne Ilse Jan Karim Lies Mohamed Nele Omar Petra Quinten Rania Stijn "
         "Tine Umar Veerle Wim Xander Yasmine Zeno Amira Bram Celine Daan").split()
SURNAMES = ("Peeters Janssens Maes Jacobs Mertens Willems Claes Goossens Wouters Aerts Hermans Lambrecht Pauwels Michiels "
            "Smets Yilmaz Segers Bogaert Coppens Diallo Nijs Lemmens Thijs Cools Verlinden").split()
TOWNS = ("Aalst Beveren Diest Eeklo Geel Genk Halle Herentals Ieper Kortrijk Leuven Lier Lokeren Mechelen Mol Ninove "
         "Oostende Poperinge Roeselare Ronse Temse Tienen Tongeren Torhout Turnhout Veurne Vilvoorde Waregem Zele Zottegem").split()
SECONDARY = ("Atheneum", "Sint-Jozefscollege", "Technisch Instituut", "Provinciale School", "Vrij Instituut")


def school_number(stem):
    """An institution number: the stem's digits with the check digit behind them (Luhn, 0 written as 1)."""
    total = 0
    for position, digit in enumerate(reversed(str(stem))):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return "%s%d" % (stem, (10 - total % 10) % 10 or 1)


class Invention:
    """Draws from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.stems = iter(range(3001, 99999, 7))

    def number(self):
        """A fresh institution number."""
        return school_number(next(self.stems))

    def vo_id(self):
        """A fresh key of a person."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def name(self):
        """(given name, surname)"""
        return self.random.choice(GIVEN), self.random.choice(SURNAMES)

    def school(self):
        """Name of a secondary school."""
        return "%s %s" % (self.random.choice(SECONDARY), self.random.choice(TOWNS))

    def chance(self, share):
        """True for this share of cases."""
        return self.random.random() < share
