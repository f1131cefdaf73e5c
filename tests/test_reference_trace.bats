#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab reference --counts: what the plugin in QEMU counts against the engine's counts.
# P2MLAB: the program; SOURCE_DIR: the tree.

setup() {
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	export P2MLAB_DATA=$SOURCE_DIR
}

# reference [OPTION...]: counts one permutation.
reference() {
	run "$P2MLAB" reference --counts --random 0 --strategy c --xen 4.22 --linux 6.1 "$@" hole
}

# tampering COMMAND: a QEMU after which COMMAND is run where the plugin's file is.
tampering() {
	command -v qemu-system-aarch64 >/dev/null || skip "no qemu-system-aarch64"
	{
		echo '#!/bin/sh'
		# shellcheck disable=SC2016 # the script expands it
		echo 'qemu-system-aarch64 "$@" || exit'
		echo "[ ! -f counts ] || $1"
	} >"$BATS_TEST_TMPDIR/qemu"
	chmod +x "$BATS_TEST_TMPDIR/qemu"
}

@test "Dom0's instructions and accesses are counted in QEMU and equal" {
	command -v qemu-system-aarch64 >/dev/null || skip "no qemu-system-aarch64"
	reference
	[ "$status" -eq 0 ]
	[[ $output == *" 0 differences"*"counted in QEMU, too: "*" instructions begun"* ]]
}

@test "a count that differs is told with both sides and ends with 6" {
	# The second record is the first stop; its second word has the instructions.
	tampering "printf '\\377' | dd of=counts bs=1 seek=48 conv=notrunc 2>/dev/null"
	reference --qemu "$BATS_TEST_TMPDIR/qemu"
	[ "$status" -eq 6 ]
	[[ $output == *": stop 1 of "*"QEMU: "*" instructions begun"*"ours: "*" instructions begun"* ]]
	[[ $output == *" 1 differences"* ]]
}

@test "counts that are cut off are no answer" {
	tampering "truncate -s -8 counts"
	reference --qemu "$BATS_TEST_TMPDIR/qemu"
	[ "$status" -eq 1 ]
	[[ $output == *"the plugin's counts: the end is missing"* ]]
}

@test "a QEMU that cannot load the plugin is no answer" {
	command -v qemu-system-aarch64 >/dev/null || skip "no qemu-system-aarch64"
	tampering true
	sed -i 's/"\$@"/-plugin nowhere.so "$@"/' "$BATS_TEST_TMPDIR/qemu"
	# shellcheck disable=SC2016 # the script expands it
	sed -i '2i[ "$1" != --version ] || exec qemu-system-aarch64 "$1"' "$BATS_TEST_TMPDIR/qemu"
	reference --qemu "$BATS_TEST_TMPDIR/qemu"
	[ "$status" -eq 1 ]
	[[ $output == *"nowhere.so"* ]]
}

@test "a QEMU that was named and is not there is wrong usage" {
	reference --qemu "$BATS_TEST_TMPDIR/none"
	[ "$status" -eq 2 ]
	[[ $output == "p2mlab: error: $BATS_TEST_TMPDIR/none: No such file or directory" ]]
}

@test "what leaves nothing to compare is told" {
	run "$P2MLAB" reference --no-scenarios --random 0
	[ "$status" -eq 4 ]
	[[ $output == "p2mlab: error: --no-scenarios and --random 0 leave nothing to compare" ]]
	run "$P2MLAB" reference --no-scenarios hole
	[ "$status" -eq 2 ]
	[[ $output == *"--no-scenarios leaves out 'hole'"* ]]
}

@test "without an answer nothing is said to agree" {
	# shellcheck disable=SC2016 # the script expands it
	printf '#!/bin/sh\ncase "$1" in --version) echo a fake; exit;; esac\nexit 1\n' >"$BATS_TEST_TMPDIR/qemu"
	chmod +x "$BATS_TEST_TMPDIR/qemu"
	reference --qemu "$BATS_TEST_TMPDIR/qemu"
	[ "$status" -eq 1 ]
	[[ $output == *"p2mlab: error: $BATS_TEST_TMPDIR/qemu: the answer ends too early"* ]]
	[[ $output == *"reference: scenarios: not compared to its end"* ]]
	reference nosuch
	[[ $output != *differences* ]]
}

@test "counting without QEMU is skipped, which is said" {
	PATH=/nowhere reference
	[ "$status" -eq 77 ]
	[[ $output == *"skipped: qemu-system-aarch64: No such file"* ]]
}
