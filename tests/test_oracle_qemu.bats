#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab run --oracle qemu: with QEMU, and without.
# P2MLAB: the program; SOURCE_DIR: the tree.

setup() {
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	export P2MLAB_DATA=$SOURCE_DIR
}

@test "a permutation repeated under QEMU passes as without" {
	command -v qemu-system-aarch64 >/dev/null || skip "no qemu-system-aarch64"
	run "$P2MLAB" run -q --oracle qemu hole
	[ "$status" -eq 0 ]
	[[ $output == *" passed, 0 failed"* ]]
}

@test "without QEMU nothing is run, which is said" {
	PATH=/nowhere run "$P2MLAB" run --oracle qemu hole
	[ "$status" -eq 77 ]
	[[ $output == *"--oracle qemu: qemu-system-aarch64: No such file"* ]]
}

@test "a QEMU that gives no answer is an error of each permutation, of equal ones too" {
	command -v qemu-system-aarch64 >/dev/null || skip "no qemu-system-aarch64"
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	# shellcheck disable=SC2016 # the script's own arguments
	printf '#!/bin/sh\ncase "$1" in --version) exec %s --version;; esac\nexit 1\n' \
		"$(command -v qemu-system-aarch64)" >"$BATS_TEST_TMPDIR/bin/qemu-system-aarch64"
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-aarch64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$P2MLAB" run -q -j1 --oracle qemu hole
	[[ $output == *"0 passed, 0 failed, "*" in error"* ]]
}
