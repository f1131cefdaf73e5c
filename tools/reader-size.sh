#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# reader-size.sh: how large the AML reader is: lines of code (no comments, no blank lines) and bytes
# of .text at -O2, of the AML reader itself and of what it needs. Uses $CC (default: gcc).
set -eu

cd "$(dirname "$0")/.."
CC=${CC:-gcc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

lines() {
	for file; do
		"$CC" -w -fpreprocessed -dD -E -P "$file"
	done | grep -c '[^[:space:]]'
}

text() {
	for file; do
		case $file in *.h) continue ;; esac
		"$CC" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -O2 -I. -c "$file" \
			-o "$work/object.o"
		size -A "$work/object.o" | sed -n 's/^\(\.text[^ ]*\|\.rodata[^ ]*\|\.data[^ ]*\) *\([0-9]*\).*/\1 \2/p'
	done | {
		code=0 data=0
		while read -r section bytes; do
			case $section in
			.text*) code=$((code + bytes)) ;;
			*) data=$((data + bytes)) ;;
			esac
		done
		echo "$code bytes of code, $data of constants"
	}
}

report() {
	name=$1
	shift
	printf '%-28s %5s lines, %s\n' "$name" "$(lines "$@")" "$(text "$@")"
}

report 'AML reader (acpi/aml*)' acpi/aml*.c acpi/aml*.h
report '_CRS (acpi/crs.*)' acpi/crs.c acpi/crs.h
report 'both, with table access' acpi/aml*.c acpi/aml*.h acpi/crs.c acpi/crs.h acpi/span.c acpi/span.h
