/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * known_text.h - what our own programs say, without what they fill in: made from the strings of the sources when the tree is built
 * (known_text.py). What is found here came from nobody's directory.
 */
#ifndef DUAAL_CTL_KNOWN_TEXT_H
#define DUAAL_CTL_KNOWN_TEXT_H

#include "base/text.h"

/* How many bytes at the begin of rest are a text of ours, the longest one; 0: none. O(log n). */
size_t known_text_at(struct text rest);
/* A code, a setting, an attribute, a small word of a sentence; begins with a small letter. */
bool known_word(struct text word);

#endif
