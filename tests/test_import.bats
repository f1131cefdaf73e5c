#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab import: from the files of a machine to a platform that boots.
# P2MLAB: the program; SOURCE_DIR: the tree.

bats_require_minimum_version 1.5.0

load cli

setup() {
	errors=
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	export P2MLAB_DATA=$SOURCE_DIR
	tables=$SOURCE_DIR/platforms/qemu-virt-gicv3
	recorded=$SOURCE_DIR/tests/data/real-runs/xen-4.22-linux-6.1-gicv3
	cd "$BATS_TEST_TMPDIR" || return 1
}

# import STATUS ARGUMENTS...
import() {
	p2mlab "$1" import "${@:2}"
}

@test "the recorded machine is imported with one line of summary" {
	import 0 "$tables" "$recorded" -o machine.yaml
	[ -z "$output" ]
	[ "$errors" = "10 tables, 35 devices, 1 OperationRegion (0 dynamic), 4 functions, 0 warnings" ]
	[ "$(head -n 1 machine.yaml)" = \
		"# Made by \`p2mlab import\` from acpidump.dat, iomem, pci-resources.txt, devices.txt, xen-build.json." ]
	grep -q '^name: machine$' machine.yaml
	run ! grep -q "$BATS_TEST_TMPDIR\|$SOURCE_DIR" machine.yaml
	"$P2MLAB" check machine.yaml
}

@test "it boots as the recorded one, call by call" {
	import 0 "$tables" "$recorded" -o machine.yaml
	"$P2MLAB" run -q boot-qemu-virt:notifier+c -P machine.yaml --events=events
	run -0 "$P2MLAB" agree "$recorded/trace.jsonl" events
	[ "$(awk '$1 == "add_to_physmap_range" { print $2, $3, $4; exit }' <<<"$output")" = "33 33 33" ]
	run -0 "$P2MLAB" run boot:notifier -P machine.yaml
	contains "$output" " 33 "
}

@test "a folder, a tar and a dump give the same tables" {
	tar -C "$tables" -cf m.tar .
	import 0 "$tables" --name x
	folder=$output
	import 0 m.tar --name x
	[ "$output" = "$folder" ]
	import 0 "$tables/acpidump.dat" --name x
	contains "$output" "origin: MCFG+0x2c"
	contains "$output" "origin: made-up"
}

@test "the same files give the same bytes" {
	import 0 "$tables" "$recorded" --name x
	first=$output
	import 0 "$tables" "$recorded" --name x
	[ "$output" = "$first" ]
}

@test "the name is that of --name, the output or the input" {
	import 0 "$tables/" && contains "$output" $'\nname: qemu-virt-gicv3\n'
	import 0 "$tables" -o "My Box.yaml"
	grep -q '^name: my-box$' "My Box.yaml"
	import 0 "$tables" --name mine && contains "$output" $'\nname: mine\n'
	import 2 "$tables" --name 'No Name'
	contains "$errors" "a name has lower-case letters, digits, '-' and '.': 'No Name'"
}

@test "an input is never overwritten" {
	cp "$tables/acpidump.dat" d.dat
	mkdir dir && cp "$tables/acpidump.dat" dir
	import 2 d.dat -o ./d.dat
	contains "$errors" "the output would overwrite an input: './d.dat'"
	import 2 dir -o dir/acpidump.dat
	contains "$errors" "the output would overwrite an input: 'dir/acpidump.dat'"
	cmp d.dat dir/acpidump.dat
	cmp d.dat "$tables/acpidump.dat"
}

@test "wrong use ends with 2, files without tables with 3" {
	import 2
	contains "$errors" "import needs a folder, a tar or a file"
	import 2 --nonsense
	import 3 nowhere
	contains "$errors" "nowhere: error: No such file or directory"
	import 3 "$tables/iomem" -o out.yaml
	contains "$errors" "no ACPI table: run \`acpidump > acpidump.dat\` as root on the machine"
	[ ! -e out.yaml ]
}

@test "an output that cannot be written is said" {
	import 1 "$tables" -o no/such/dir.yaml
	contains "$errors" "p2mlab: error: cannot write 'no/such/dir.yaml': No such file or directory"
}

@test "a platform file can name a whole collection" {
	printf 'kind: platform\nimport: {collection: m.tar}\nheap_dirty: 1\n' >p.yaml
	tar -C "$tables" -cf m.tar .
	"$P2MLAB" check p.yaml
	run -0 "$P2MLAB" run boot:notifier -P p.yaml
	contains "$output" " 33 "
}

@test "what a platform file cannot hold is left out, and the file can be read" {
	mkdir many && cp "$tables/acpidump.dat" many
	awk 'BEGIN { for (i = 1; i < 20000; i++) printf "%x-%x : System RAM\n", i * 8192, i * 8192 + 4095 }' \
		>many/iomem
	import 0 many -o many.yaml
	contains "$errors" "more than a platform file can hold: the rest is left out"
	"$P2MLAB" check many.yaml
}

@test "an output that does not fit leaves the old one" {
	echo old >machine.yaml
	mkdir machine.yaml.part
	import 1 "$tables" -o machine.yaml
	contains "$errors" "cannot write 'machine.yaml'"
	[ "$(cat machine.yaml)" = old ]
	rmdir machine.yaml.part
	import 0 "$tables" -o machine.yaml
	contains "$(cat machine.yaml)" 'kind: platform'
	import 0 "$tables" -o -
	contains "$output" 'kind: platform'
	[ ! -e - ]
}

@test "files of another architecture are warned of" {
	cp -r "$tables" other
	printf 'kernel: 6.1\narch: x86_64\n' >other/versions.txt
	import 0 other -o machine.yaml
	contains "$errors" 'this is no aarch64 machine'
	printf 'arch: aarch64\n' >other/versions.txt
	import 0 other -o machine.yaml
	[[ $errors != *aarch64* ]]
}
