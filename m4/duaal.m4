# SPDX-License-Identifier: EUPL-1.2
# duaal.m4 - small macros of our own, so that the tree builds without autoconf-archive.

# DUAAL_NEED(PREFIX, MODULES, DEBIAN-PACKAGE)
# PKG_CHECK_MODULES that does not stop at the first missing part: DUAAL_NEED_DONE names all of them.
AC_DEFUN([DUAAL_NEED], [
	PKG_CHECK_MODULES([$1], [$2], [], [DUAAL_MISSING([$2], [$3])])
])

# DUAAL_MISSING(WHAT, DEBIAN-PACKAGE): one more that DUAAL_NEED_DONE names.
AC_DEFUN([DUAAL_MISSING], [duaal_missing="$duaal_missing
  $1: install the Debian package $2"])

AC_DEFUN([DUAAL_NEED_DONE], [
	AS_IF([test -n "$duaal_missing"],
		[AC_MSG_ERROR([these parts are missing or too old:$duaal_missing])])
])

# DUAAL_FLAG(VARIABLE, FLAG...): adds to VARIABLE each compiler flag that works without a warning,
# in compiling and in linking.
AC_DEFUN([DUAAL_FLAG], [
	for duaal_flag in $2; do
		AS_VAR_PUSHDEF([cache], [duaal_cv_flag_$duaal_flag])
		AC_CACHE_CHECK([whether $CC takes $duaal_flag], [cache], [
			duaal_saved="$CFLAGS"
			CFLAGS="$CFLAGS -Werror $$1 $duaal_flag"
			AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])],
				[AS_VAR_SET([cache], [no])])
			CFLAGS="$duaal_saved"
		])
		AS_VAR_IF([cache], [yes], [$1="$$1 $duaal_flag"])
		AS_VAR_POPDEF([cache])
	done
])

# DUAAL_FLAG_SOUND(VARIABLE, FLAG...): like DUAAL_FLAG, for flags that zero variables and padding. Sets duaal_unsound to those with which a
# struct that is copied into a larger one, in an initialiser, does not arrive whole: gcc 12 takes some of its bytes for padding behind an array of
# structs. That has to be seen in a running program; a cross build leaves these flags out.
AC_DEFUN([DUAAL_FLAG_SOUND], [
	duaal_unsound=
	duaal_candidates=
	DUAAL_FLAG([duaal_candidates], [$2])
	for duaal_flag in $duaal_candidates; do
		AS_VAR_PUSHDEF([sound], [duaal_cv_sound_$duaal_flag])
		AC_CACHE_CHECK([whether $duaal_flag leaves values alone], [sound], [
			duaal_saved="$CFLAGS"
			CFLAGS="$CFLAGS $duaal_flag"
			AC_RUN_IFELSE([AC_LANG_SOURCE([[
struct pair { long long a, b; };
struct list { int count; struct pair at[16]; };
struct outer { struct list list; char flag; };
static volatile int all_bits = -1;
static int (*volatile look)(const struct outer *outer);
static int is_whole(const struct outer *outer)
{
	int whole = outer->flag == 1 && outer->list.count == all_bits;
	for (int i = 0; i < 16; i++)
		whole &= outer->list.at[i].a == all_bits && outer->list.at[i].b == all_bits;
	return whole;
}
static int copy(const struct list *list)
{
	struct outer outer = {.list = *list, .flag = 1};
	return look(&outer);
}
int main(void)
{
	struct list list;
	list.count = all_bits;
	for (int i = 0; i < 16; i++)
		list.at[i].a = list.at[i].b = all_bits;
	look = is_whole;
	return copy(&list) ? 0 : 1;
}
]])], [AS_VAR_SET([sound], [yes])], [AS_VAR_SET([sound], [no])], [AS_VAR_SET([sound], ["not known in a cross build"])])
			CFLAGS="$duaal_saved"
		])
		AS_VAR_IF([sound], [yes], [$1="$$1 $duaal_flag"], [duaal_unsound="$duaal_unsound $duaal_flag"])
		AS_VAR_POPDEF([sound])
	done
])
