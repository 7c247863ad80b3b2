#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
#
# boot.sh WORK TREE COMMAND: runs COMMAND under a real systemd, in a container made of this machine's own files: read-only
# below, what is written goes to memory and is gone afterwards. The machine itself is not changed.
#   WORK/results   is /results in there; COMMAND's output becomes results/output and boot.sh's own output
#   WORK/input     is /input, read-only, where there is such a folder
#   TREE           is /duaalsync, read-only
# There is no network but the loopback. Exit status: COMMAND's; 77, with the reason, where no container can be had.
set -eu
WORK=$(realpath "$1") TREE=$(realpath "$2") COMMAND=$3
SECONDS_AT_MOST=1200

cannot() {
	echo "skipped: no container with systemd here: $*"
	exit 77
}

[ "$(id -u)" = 0 ] || cannot "this needs root"
for tool in systemd-nspawn unshare timeout; do
	command -v $tool >/dev/null || cannot "$tool is not installed"
done
mkdir -p "$WORK/results" "$WORK/units" "$WORK/root" "$WORK/input"
# shellcheck disable=SC2016 # the inner shell's parameters
unshare -m sh -c 'mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/all" &&
	mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/all"' sh "$WORK/root" 2>/dev/null ||
	cannot "the kernel does not let us mount an overlay"

cat >"$WORK/units/system-test.service" <<UNIT
[Unit]
After=basic.target dbus.socket
Requires=dbus.socket
[Service]
Type=oneshot
StandardOutput=append:/results/output
StandardError=append:/results/output
ExecStart=/bin/sh -c '>/results/started; $COMMAND; echo \$? >/results/status'
ExecStopPost=/bin/sh -c 'systemctl poweroff --no-block 2>/dev/null'
UNIT
cat >"$WORK/units/system-test.target" <<UNIT
[Unit]
Requires=basic.target system-test.service
After=basic.target
AllowIsolate=yes
UNIT
rm -f "$WORK"/results/{started,status,output}
# shellcheck disable=SC2016 # the inner shell's parameters
unshare -m sh -c '
	set -e
	work=$1 tree=$2 at_most=$3
	mount -t tmpfs none "$work/root"
	mkdir "$work/root/upper" "$work/root/work" "$work/root/all"
	mount -t overlay none -o "lowerdir=/,upperdir=$work/root/upper,workdir=$work/root/work" "$work/root/all"
	rm -f "$work/root/all/etc/machine-id"
	echo uninitialized >"$work/root/all/etc/machine-id"
	# A policy against starting services, as container images have, is not that of the host that is played here.
	rm -f "$work/root/all/usr/sbin/policy-rc.d"
	# There is no network to wait for, and a service that waits for one would keep whatever wants network-online.target.
	for unit in "$work"/root/all/lib/systemd/system/*wait-online*.service; do
		[ ! -e "$unit" ] || ln -sf /dev/null "$work/root/all/etc/systemd/system/${unit##*/}"
	done
	exec timeout -k 5 "$at_most" systemd-nspawn -q -D "$work/root/all" --boot --register=no --keep-unit --private-network \
		--link-journal=no --console=pipe \
		--system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" --bind="$work/results:/results" --bind-ro="$work/input:/input" --bind-ro="$tree:/duaalsync" \
		--bind-ro="$work/units/system-test.service:/etc/systemd/system/system-test.service" \
		--bind-ro="$work/units/system-test.target:/etc/systemd/system/system-test.target" \
		systemd.unit=system-test.target </dev/null' sh "$WORK" "$TREE" "$SECONDS_AT_MOST" >"$WORK/console" 2>&1 || true
if [ ! -e "$WORK/results/started" ]; then
	tail -n 5 "$WORK/console"
	cannot "the container does not start"
fi
cat "$WORK/results/output"
[ -e "$WORK/results/status" ] || { echo "The container ended before the test did:"; tail -n 20 "$WORK/console"; exit 1; }
exit "$(cat "$WORK/results/status")"
