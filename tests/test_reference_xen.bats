#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# reference_xen's exit status and what it says, with programs in place of QEMU.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	: >image
}

# fake TEXT: ./qemu is a script of these commands.
fake() {
	printf '#!/bin/sh\n%s\n' "$1" >qemu
	chmod +x qemu
}

reference_xen() {
	run --separate-stderr "$REFERENCE_XEN" --qemu ./qemu --xen image "$@"
}

@test "without Xen the comparison is skipped, with the reason" {
	run "$REFERENCE_XEN" --xen none
	[ "$status" -eq 77 ]
	[[ $output == "reference_xen: skipped: no Xen at none: No such file or directory" ]]
}

@test "without QEMU the comparison is skipped, with the reason" {
	run "$REFERENCE_XEN" --qemu p2mlab-no-such-emulator --xen image
	[ "$status" -eq 77 ]
	[[ $output == "reference_xen: skipped: p2mlab-no-such-emulator: No such file or directory" ]]
}

@test "a Xen that does not boot is an error with its last words" {
	fake "echo '(XEN) Panic on CPU 0:'; exit 1"
	reference_xen
	[ "$status" -eq 1 ]
	[[ $stderr == *"Dom0 never spoke; it ended with status 1"* ]]
	[[ $stderr == *"  | (XEN) Panic on CPU 0:"* ]]
}

@test "a console that stops ends after --timeout, and leaves no process" {
	fake "echo \$\$ >$PWD/pid; echo '(XEN) Latest ChangeSet:'; sleep 1000 & sleep 1000"
	reference_xen --timeout 1
	[ "$status" -eq 1 ]
	[[ $stderr == *"it was still running after 1000 ms and was killed"* ]]
	! kill -0 "$(cat pid)" 2>/dev/null
}

@test "wrong usage is told" {
	reference_xen more
	[ "$status" -eq 2 ]
	[[ $stderr == *"no arguments are known"* ]]
	reference_xen --timeout 0
	[ "$status" -eq 2 ]
	run "$REFERENCE_XEN" --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: ./dev reference xen [options]"* ]]
}

@test "a Xen that answers otherwise is told step by step, with status 6" {
	xen=$(dirname "$REFERENCE_XEN")/../xen/boot/xen-4.17-arm64
	command -v qemu-system-aarch64 >/dev/null || skip "there is no qemu-system-aarch64"
	[ -f "$xen" ] || skip "there is no Xen: ./dev reference xen fetches one"
	# A machine with smaller addresses than the model's.
	# shellcheck disable=SC2016 # for the script
	fake 'for a; do
		shift
		[ "$a" != cortex-a57 ] || a=cortex-a53
		set -- "$@" "$a"
	done
	exec qemu-system-aarch64 "$@"'
	run --separate-stderr "$REFERENCE_XEN" --qemu ./qemu --xen "$xen" --show 1000
	[ "$status" -eq 6 ]
	[[ $stderr == *"the last gpfn of 44 bits: 2 words of memory at 0x62300000"$'\n'"  Xen: [0] -22 (0xffffffea), 1 times"$'\n'"  ours: [0] 0 (0x0), 1 times"* ]]
	[[ $output == *" differences"* && $output != *" 0 differences"* ]]
}
