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

# fake COMMANDS: ./qemu tells a version, and else is these commands.
fake() {
	# shellcheck disable=SC2016 # the script's own arguments
	printf '#!/bin/sh\ncase "$1" in --version) echo a fake; exit;; esac\n%s\n' "$1" \
		>"$BATS_TEST_TMPDIR/qemu"
	chmod +x "$BATS_TEST_TMPDIR/qemu"
}

@test "a QEMU that was named and is not there is wrong usage, and nothing is run" {
	run "$P2MLAB" run --oracle qemu --qemu "$BATS_TEST_TMPDIR/none" hole
	[ "$status" -eq 2 ]
	[[ $output == "p2mlab: error: --oracle qemu: $BATS_TEST_TMPDIR/none: No such file"* ]]
	P2MLAB_QEMU=$BATS_TEST_TMPDIR/none run "$P2MLAB" run --oracle qemu hole
	[ "$status" -eq 2 ]
}

@test "a QEMU that gives no answer makes each permutation unanswered, equal ones too" {
	fake "exit 1"
	P2MLAB_QEMU=$BATS_TEST_TMPDIR/qemu run "$P2MLAB" run -q -j1 --oracle qemu hole
	[ "$status" -eq 1 ]
	[[ $output == *": UNANSWERED:"*"the answer ends too early"*"it ended with status 1"* ]]
	[[ $output =~ "0 passed, 0 failed, "[1-9][0-9]*" without the oracle's answer" ]]
	run "$P2MLAB" run -j1 --oracle qemu --qemu "$BATS_TEST_TMPDIR/qemu" --report jsonl hole
	[ "$status" -eq 1 ]
	[[ $output == *'"outcome":"unanswered","why":"'* ]]
	[[ $output == *"reproduce: p2mlab run "*" --oracle qemu --qemu $BATS_TEST_TMPDIR/qemu"* ]]
}

# under_qemu SIGNAL WHOM: hits the run, or its worker, with a signal while QEMU runs.
under_qemu() {
	local tries=0 target
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	fake "echo \$PPID >$BATS_TEST_TMPDIR/worker; echo \$\$ >$BATS_TEST_TMPDIR/emulator; exec sleep 1000"
	"$P2MLAB" run -q -j1 --oracle qemu --qemu "$BATS_TEST_TMPDIR/qemu" \
		hole:c:xen=4.22:linux=6.1 >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	target=$!
	until [ -s "$BATS_TEST_TMPDIR/emulator" ] || [ $((tries++)) -ge 100 ]; do sleep 0.1; done
	[ -n "$(ls "$TMPDIR")" ]
	[ "$2" = run ] || target=$(cat "$BATS_TEST_TMPDIR/worker")
	kill "-$1" "$target"
	status=0
	wait $! || status=$?
}

# gone PID: it has ended; who reaps it is not our affair.
gone() {
	local tries=0
	while grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null; do
		[ $((tries++)) -lt 50 ] || return 1
		sleep 0.1
	done
}

@test "a worker that dies while QEMU runs leaves no file and no process" {
	under_qemu KILL worker
	[ "$status" -eq 70 ]
	grep -q CRASH "$BATS_TEST_TMPDIR/out"
	[ -z "$(ls "$TMPDIR")" ]
	gone "$(cat "$BATS_TEST_TMPDIR/emulator")"
}

@test "a run that is ended while QEMU runs leaves no file and no process" {
	under_qemu TERM run
	[ "$status" -eq 130 ]
	[ -z "$(ls "$TMPDIR")" ]
	gone "$(cat "$BATS_TEST_TMPDIR/emulator")"
}
