#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The linker as a witness: the planner's binary has no LDAP, HTTP or SQLite
# symbol, and the pure layers have no socket, file, clock, log or environment symbol; nobody but base asks the time.
# Run by make check in the build tree; NM and top_builddir come from there. Exit 1 on a breach.
set -u
cd "${top_builddir:-.}" || exit 99
nm=${NM:-nm}
failed=0

# forbid FILE NM-OPTIONS PATTERN SENTENCE: no undefined symbol of FILE may match. A file that is missing,
# or that shows no undefined symbol at all, would make this test blind: that is a failure too.
forbid() {
	# shellcheck disable=SC2086 # no option at all is one of the cases
	if ! undefined=$($nm $2 --undefined-only "$1" 2>/dev/null | sed -n 's/^.* U \([^@]*\).*$/\1/p' | sort -u) ||
		[ -z "$undefined" ]; then
		echo "not ok: $1: no symbols could be read"
		failed=1
		return
	fi
	found=$(printf '%s\n' "$undefined" | grep -E "^($3)\$")
	if [ -n "$found" ]; then
		echo "not ok: $1: $4: $(echo "$found" | tr '\n' ' ')"
		failed=1
	else
		echo "ok: $1: $4: none"
	fi
}

sockets='socket(pair)?|connect|bind|listen|accept4?|send(to|msg|mmsg)?|recv(from|msg|mmsg)?|poll|ppoll|select|epoll_.*|getaddrinfo'
files='open(at)?(64)?|__open.*|creat(64)?|read|pread(64)?|write|pwrite(64)?|__p?read.*_chk|fopen(64)?|fdopen|fread|fwrite|fget.*|fput.*|getline|close|unlink|rename|stat|fstat|l?stat64|mmap(64)?|ioctl'
clocks='time|clock|clock_.*|gettimeofday|localtime(_r)?|mktime|tzset|sleep|usleep|nanosleep|alarm|timer_.*'
logs='syslog|vsyslog|openlog|__v?syslog_chk|sd_.*|printf|vprintf|fprintf|vfprintf|dprintf|puts|putchar|perror|__v?f?printf_chk|__dprintf_chk|stdout|stderr|stdin'
others='getenv|secure_getenv|setenv|fork|execv.*|system|popen|rand|random|srand|getrandom|randombytes.*|arc4random.*|pthread_.*|setlocale|sqlite3_.*|ldap_.*|ber_.*|curl_.*|json_.*|config_.*'

forbid duaalsyncd '--dynamic' 'ldap_.*|ber_.*|lber_.*|lutil_.*|curl_.*|sqlite3_.*' 'LDAP, HTTP and SQLite'
forbid duaal-plan '--dynamic' 'ldap_.*|ber_.*|lber_.*|lutil_.*|curl_.*|sqlite3_.*' 'LDAP, HTTP and SQLite'
# What "duaalsyncd --plan" becomes has no code to write with: nothing composes or sends a write, an intent, an order or an answer.
if ! planner=$($nm duaalsyncd 2>/dev/null) || ! alone=$($nm duaal-plan 2>/dev/null); then
	echo "not ok: duaalsyncd, duaal-plan: no symbols could be read"
	failed=1
fi
for symbol in apply_start compose_next write_encode write_mod sync_entry_write directive_writer_add orders_give facts_tell control_new; do
	if ! printf '%s\n' "$planner" | grep -q " T $symbol\$"; then
		echo "not ok: duaalsyncd has no $symbol: this test looks at nothing"
		failed=1
	elif printf '%s\n' "$alone" | grep -q " T $symbol\$"; then
		echo "not ok: duaal-plan has $symbol, and could write"
		failed=1
	else
		echo "ok: duaal-plan: no $symbol"
	fi
done
for library in daemon/model/libmodel.a daemon/core/libcore.a; do
	forbid "$library" '' "$sockets|$files" 'sockets and files'
	forbid "$library" '' "$clocks|$logs" 'clock and log'
	forbid "$library" '' "$others|clock_(wall_s|boot_ms|format)|secret_.*" 'environment, chance, other libraries'
done
# base/clock is the only place that asks what time it is.
for library in wire/libwire ldap/libldaplayer ledger/libledger helper/libhelper control/libcontrol run/librun \
	config/libconfiglayer; do
	forbid "daemon/$library.a" '' 'time|gettimeofday|clock_gettime|clock|ftime' 'asking the time'
done
exit $failed
