#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab agree: the recorded runs against the simulated ones, and against altered ones.
# P2MLAB: the program; SOURCE_DIR: the tree.

load cli

setup() {
	errors=
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	export P2MLAB_DATA=$SOURCE_DIR
	runs=$SOURCE_DIR/tests/data/real-runs
	stock=$runs/xen-4.22-linux-6.1-gicv3/trace.jsonl
	cd "$BATS_TEST_TMPDIR" || return 1
}

# simulate ID: its events are in ./events.
simulate() {
	"$P2MLAB" run -q "$1" --events=events >/dev/null
}

# agree STATUS ARGUMENTS...
agree() {
	p2mlab "$1" agree "${@:2}"
}

# row KIND: recorded, simulated, matched, missing, extra, out of order.
row() {
	awk -v kind="$1" '$1 == kind { print $2, $3, $4, $5, $6, $7; exit }' <<<"$output"
}

@test "the stock boot agrees with its recording, instructions included" {
	simulate boot-qemu-virt:notifier+c
	agree 0 --strict "$stock" events
	[ "$(row add_to_physmap_range)" = "33 33 33 0 0 0" ]
	[ "$(row stage2_abort_map)" = "43 43 43 0 0 0" ]
	[ "$(row all)" = "76 76 76 0 0 0" ]
	agree 0 --report jsonl "$stock" events
	contains "$output" '"insns":0,'
	cp stdout first
	agree 0 --report jsonl "$stock" events
	cmp first stdout
}

@test "option b agrees with its recording, preempted calls joined" {
	simulate boot-qemu-virt-b:b
	agree 0 "$runs/xen-4.22-linux-6.1-gicv3-option-b/trace.jsonl" events
	[ "$(row add_to_physmap_range)" = "87 87 87 0 0 0" ]
	contains "$output" "stage2_abort_inject of user space         2          0"
}

@test "another strategy does not agree with the recording" {
	simulate boot-qemu-virt:notifier
	agree 1 "$stock" events
	contains "$output" "missing"
}

@test "a recording without one event, with one more, with two swapped or one moved is told" {
	sed 60d "$stock" >altered
	agree 1 altered "$stock"
	[ "$(row all)" = "75 76 75 0 1 0" ]
	agree 1 "$stock" altered
	[ "$(row all)" = "76 75 75 1 0 0" ]
	sed '60{h;d};61{p;x}' "$stock" >altered
	agree 1 altered "$stock"
	[ "$(row all)" = "76 76 75 0 0 1" ]
	sed '60s/"gpa": "0x40/"gpa": "0x50/' "$stock" >altered
	agree 1 altered "$stock"
	[ "$(row all)" = "76 76 75 1 1 0" ]
}

@test "instructions decide only with --strict, beyond --tolerance" {
	sed '60s/"insns": 1017/"insns": 1100/' "$stock" >altered
	cmp -s altered "$stock" && false
	agree 0 "$stock" altered
	contains "$output" "instructions"
	agree 1 --strict "$stock" altered
	agree 0 --strict --tolerance 9 "$stock" altered
}

@test "differences are limited unless all are asked for" {
	head -n 20 "$stock" >altered
	agree 1 altered "$stock"
	contains "$output" "more: --all"
	short=$(wc -l <stdout)
	agree 1 --all altered "$stock"
	[ "$(wc -l <stdout)" -gt "$short" ]
	[[ $output != *"--all"* ]]
}

@test "files that are no traces are told with their places" {
	printf 'a,b\n{"gpa":1}\n' >bad
	agree 3 bad missing
	[ -z "$output" ]
	contains "$errors" "bad:1:1: error: not a JSON object"
	contains "$errors" "    1 | a,b"
	contains "$errors" "bad:2:1: error: no 'kind' in this event"
	contains "$errors" "missing: error: cannot read: No such file or directory"
	"$P2MLAB" run -q boot-qemu-virt:none boot-qemu-virt:c --xen 4.22 --linux 6.1 --events=events \
		>/dev/null || true
	agree 3 "$stock" events
	contains "$errors" "events of 2 runs, select one permutation: 'boot-qemu-virt:"
}

@test "wrong usage is told" {
	agree 2 "$stock"
	contains "$errors" "'agree' takes two files, a recorded and a simulated run, not 1"
	agree 2 --tolerance x "$stock" "$stock"
	agree 2 --report xml "$stock" "$stock"
	contains "$errors" "try 'p2mlab help agree'"
}

@test "a report that cannot be written is a failure" {
	[ -e /dev/full ] || skip "no /dev/full"
	status=0
	"$P2MLAB" agree "$stock" "$stock" >/dev/full 2>stderr || status=$?
	[ "$status" -eq 1 ]
	contains "$(<stderr)" "cannot write 'stdout'"
}
