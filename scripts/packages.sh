# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
#
# Sourced by the scripts beside it: installs the Debian packages that a purpose needs, when any is missing.
#   need_packages build|demo|test|bench|package
# As root, or through sudo. No service of a package is started, and slapd gets no system-wide directory.

PACKAGES_BUILD="autoconf automake gcc gettext make pkg-config libc6-dev libldap-dev libsasl2-dev libconfig-dev libjansson-dev libsystemd-dev
	libsqlite3-dev libsodium-dev libseccomp-dev libsmartcols-dev libutf8proc-dev zlib1g-dev tzdata python3 scdoc"
PACKAGES_DEMO="slapd ldap-utils python3-ldap"
PACKAGES_TEST="slapd ldap-utils python3-ldap python3-pytest python3-pytest-xdist libcmocka-dev clang clang-format libclang-rt-14-dev
	shellcheck openssl sqlite3 systemd systemd-container util-linux git samba samba-ad-provision samba-dsdb-modules samba-vfs-modules krb5-kdc krb5-admin-server
	libsasl2-modules-gssapi-mit iproute2
	389-ds-base systemd-journal-remote apache2-bin prometheus python3-prometheus-client bash-completion
	clang-tidy cppcheck gcovr pyflakes3 binutils man-db groff-base"
PACKAGES_BENCH="slapd ldap-utils python3-ldap time"
PACKAGES_PACKAGE="debhelper dpkg-dev fakeroot lintian libcmocka-dev"

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

packages_for() {
	case "$1" in
	build) echo "$PACKAGES_BUILD" ;;
	demo) echo "$PACKAGES_BUILD $PACKAGES_DEMO" ;;
	test) echo "$PACKAGES_BUILD $PACKAGES_TEST $PACKAGES_PACKAGE" ;;
	bench) echo "$PACKAGES_BUILD $PACKAGES_BENCH" ;;
	package) echo "$PACKAGES_BUILD $PACKAGES_PACKAGE" ;;
	esac
}

is_installed() {
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

need_packages() {
	local missing=() package log
	for package in $(packages_for "$1"); do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} = 0 ] && return
	if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
		echo "These packages are missing: ${missing[*]}" >&2
		echo "Run this script as root, or as a user who may use sudo without a password." >&2
		exit 1
	fi
	echo "Installing ${#missing[@]} Debian packages ..."
	log=$(mktemp)
	if ! install_packages "${missing[@]}" >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		echo "The packages could not be installed: ${missing[*]}" >&2
		exit 1
	fi
	rm -f "$log"
}

# RUNLEVEL=1 keeps maintainer scripts from starting services.
install_packages() {
	as_root apt-get update -q &&
		echo "slapd slapd/no_configuration boolean true" | as_root debconf-set-selections &&
		as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends "$@"
}
