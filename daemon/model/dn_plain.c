/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dn_plain.c - the short path of dn_canonical: plain ASCII with nothing to unescape, sort or collapse is folded
 * in place. It runs for every member value of every read; all else goes to the parser in dn.c.
 */
#include "model/dn_type.h"

/* 0: not plain. Escapes, quotes, '#', '+', ';', controls and everything non-ASCII need the parser. */
static const unsigned char plain[256] = {
	[' '] = ' ', ['!'] = '!', ['$'] = '$', ['%'] = '%', ['&'] = '&', ['\''] = '\'', ['('] = '(', [')'] = ')',
	['*'] = '*', ['-'] = '-', ['.'] = '.', ['/'] = '/', [':'] = ':', ['?'] = '?',   ['@'] = '@', ['['] = '[',
	[']'] = ']', ['^'] = '^', ['_'] = '_', ['`'] = '`', ['{'] = '{', ['|'] = '|',   ['}'] = '}', ['~'] = '~',
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5',   ['6'] = '6', ['7'] = '7',
	['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',   ['E'] = 'e', ['F'] = 'f',
	['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l',   ['M'] = 'm', ['N'] = 'n',
	['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',   ['U'] = 'u', ['V'] = 'v',
	['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b',   ['c'] = 'c', ['d'] = 'd',
	['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',   ['k'] = 'k', ['l'] = 'l',
	['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',   ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* Folds the value that begins at; returns the place of the comma or the end, or 0 when it is not plain. */
static size_t fold_value(char *at, size_t from, size_t len)
{
	size_t i = from;
	unsigned char before = ' '; /* so that a leading space is not plain */
	for (; i < len && at[i] != ','; i++) {
		unsigned char c = plain[(unsigned char)at[i]];
		if (c == 0 || (c == ' ' && before == ' '))
			return 0;
		at[i] = (char)c;
		before = c;
	}
	return before == ' ' ? 0 : i; /* empty, or a trailing space */
}

bool dn_fold_plain(char *at, size_t len)
{
	for (size_t i = 0;; i++) {
		size_t type = i;
		for (; i < len && at[i] != '='; i++)
			at[i] = (char)plain[(unsigned char)at[i]];
		if (i >= len || !dn_type_folds(text_make(at + type, i - type)))
			return false;
		i = fold_value(at, i + 1, len);
		if (i == 0 || i == len)
			return i == len && len > 0;
	}
}
