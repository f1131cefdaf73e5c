#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab regions, and the survey of a whole machine, from outside.

bats_require_minimum_version 1.5.0

setup() {
	load_dir=$BATS_TEST_DIRNAME
	p2mlab=${P2MLAB:?the binary under test}
}

@test "a shipped platform is found by name, each strategy has a column" {
	run "$p2mlab" regions altra -s notifier,c
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == region*'Xen knows it'*notifier*c* ]]
	[[ $output == *'ARMHC600:00'*xen_map_device_mmio*SILENT* || $output == *'ARMHC600:00'*ABORT* ]]
}

@test "a folder of collected files gives the rows that its platform file gives" {
	machine=$load_dir/../platforms/qemu-virt-gicv3
	"$p2mlab" import "$machine" -o "$BATS_TEST_TMPDIR/machine.yaml" 2>/dev/null
	"$p2mlab" regions "$machine" >"$BATS_TEST_TMPDIR/a"
	"$p2mlab" regions "$BATS_TEST_TMPDIR/machine.yaml" >"$BATS_TEST_TMPDIR/b"
	# lists of addresses keep their origin as a comment, so only that column may differ
	sed 's/MADT+0x[0-9a-f]*/ORIGIN/; s/[^ ]*machine.yaml:[0-9]*/ORIGIN/; s/  */ /g' \
		"$BATS_TEST_TMPDIR/a" | cut -d' ' -f1-4 >"$BATS_TEST_TMPDIR/c"
	sed 's/  */ /g' "$BATS_TEST_TMPDIR/b" | cut -d' ' -f1-4 | diff "$BATS_TEST_TMPDIR/c" -
	# a folder has no lines
	run grep -c -e its0.*MADT+0x -e spcr.*SPCR "$BATS_TEST_TMPDIR/a"
	[ "$output" -eq 2 ]
	run ! grep -E '/[^ ]*:[0-9]+ ' "$BATS_TEST_TMPDIR/a"
}

@test "what only running AML would tell is listed behind the table" {
	run "$p2mlab" regions "$load_dir/data/acpi/evaluate.aml"
	[ "$status" -eq 0 ]
	[[ $output == *'Only running AML would tell'*'OperationRegion \_SB.REGN: address: calls \MKBA'* ]]
}

@test "lines for programs: a header, regions, what is dynamic" {
	run --separate-stderr "$p2mlab" regions --report jsonl "$load_dir/data/acpi/evaluate.aml"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == '{"type":"header","schema":"p2mlab.regions/1",'* ]]
	[[ $output == *'"name":"\\_SB.STAT","base":"0x50000000","size":256,'* ]]
	[[ $output == *'{"type":"dynamic","text":"\\_SB.PCI0._CBA: calls \\MKBA"}'* ]]
}

@test "wrong use is told apart from a wrong machine" {
	run "$p2mlab" regions
	[ "$status" -eq 2 ]
	run "$p2mlab" regions altra --xen 4.8,4.9
	[ "$status" -eq 2 ]
	run "$p2mlab" regions altrra
	[ "$status" -eq 3 ]
	[[ $output == *"did you mean 'altra'?"* ]]
	run "$p2mlab" regions /dev/null
	[ "$status" -eq 3 ]
}

@test "a survey passes with findings and lists them by region" {
	run "$p2mlab" run boot -P d05 -s notifier,c
	[ "$status" -eq 0 ]
	[[ $output == *'notifier  4.22  6.12   abort'*'\_SB.ECRA'* ]]
	[[ $output == *'2 passed, 0 failed'* ]]
}
