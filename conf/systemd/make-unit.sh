#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# make-unit.sh FOLDER UNIT: a unit file on standard output, from the templates in FOLDER; directories as in the environment (sbindir, bindir,
# pkglibexecdir, sysconfdir, docdir). The helpers differ in little, so that they share templates; and each unit but
# duaalsync-failure@ and duaalsync-more-source@ is there twice: as itself, and as the template of instances, which have their
# configuration, sockets and state under the instance's name.
set -eu
: "${sbindir:?}" "${bindir:?}" "${pkglibexecdir:?}" "${sysconfdir:?}" "${docdir:?}"
folder=$1 unit=$2
kind=${unit##*.}
name=${unit%.*}

case $name in
	duaalsync-failure@) at='' dash='' config='' title='' ;;
	duaalsync-more-source@) at='@%i' dash='' config='' title=', source %i' ;;
	*@) at='@%i' dash='-%i' config='%i' title=', instance %i' labels='--label daemon=%i' ;;
	*) at='' dash='' config=duaalsyncd title='' ;;
esac

name=${name%@}
name=${name#duaalsync-} role='' does='' labels=${labels-}
case $name in
	source | more-source) program=duaal-source does="reads the government's directory" ;;
	target) program=duaal-target does="reads and writes the application's directory" ;;
	ledger) program=duaal-ledger ;;
	ledger-reader) program=duaal-ledger role=', which answers long questions' ;;
	*) program=duaalsyncd ;;
esac

# A further source: the name is the administrator's, and the user that of the first one. What tells them apart is the unit.
case $name in
	more-source) user=source word='%i' socket='source-%i' kept="A drop-in of the planner's unit (Upholds=)" ;;
	*) user=$name word=$name socket=$name kept="The planner's unit" ;;
esac

case $name.$kind in
	duaalsyncd.*) template=$name.$kind.in ;;
	metrics.*) template=duaalsync-metrics.$kind.in ;;
	failure.service) template=duaalsync-failure@.service.in ;;
	source.service | more-source.service | target.service) template=directory-helper.service.in ;;
	ledger*.service) template=ledger-helper.service.in ;;
	*.socket) template=helper.socket.in ;;
esac

sed -e '/@HARDENING@/{' -e "r $folder/hardening.inc" -e 'd' -e '}' \
	-e "s|@AT@|$at|g" -e "s|@DASH@|$dash|g" -e "s|@CONFIG@|$config|g" -e "s|@TITLE@|$title|g" -e "s|@LABELS@|$labels|g" \
	-e "s|@NAME@|$name|g" -e "s|@PROGRAM@|$program|g" -e "s|@ROLE@|$role|g" -e "s|@DOES@|$does|g" \
	-e "s|@USER@|$user|g" -e "s|@WORD@|$word|g" -e "s|@SOCKET@|$socket|g" -e "s|@KEPT@|$kept|g" \
	-e "s|@sbindir@|$sbindir|g" -e "s|@bindir@|$bindir|g" -e "s|@pkglibexecdir@|$pkglibexecdir|g" -e "s|@sysconfdir@|$sysconfdir|g" \
	-e "s|@docdir@|$docdir|g" "$folder/$template"
