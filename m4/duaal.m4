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
