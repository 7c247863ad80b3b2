# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
#
# Sourced by the scripts beside it, before they do anything: the comment that a script begins with is its help.
#   help_if_asked "$@"     with --help or -h among them the help is printed, and the script ends with 0
#   wrong_usage SENTENCE   says it, and how to get the help; the script ends with 2

# Without the interpreter and the licence, up to the first line that is no comment.
help_if_asked() {
	local word
	for word; do
		case "$word" in
		-h | --help)
			awk 'NR > 3 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
			exit 0
			;;
		esac
	done
}

wrong_usage() {
	echo "scripts/${0##*/}: $1; scripts/${0##*/} --help shows what it takes" >&2
	exit 2
}
