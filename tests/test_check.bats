#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# p2mlab check of files that are no scenarios, and list --what=drivers.
# P2MLAB: the program; SOURCE_DIR: the tree.

load cli

setup() {
	errors=
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	export P2MLAB_DATA=$SOURCE_DIR
	cd "$BATS_TEST_TMPDIR" || return 1
}

# drivers FILE KEY: a file of profiles whose only match has that key.
drivers() {
	mkdir -p "$(dirname "$1")"
	cat >"$1" <<-END
		# SPDX-License-Identifier: GPL-2.0-only
		kind: drivers
		drivers:
		  - name: mine
		    match: {$2: MINE0001}
		    touches: [{read: {}}]
	END
}

@test "check takes files by the kind they say" {
	p2mlab 0 check "$SOURCE_DIR/drivers/nvme.yaml"
	[ "$output" = "1 file of other kinds ok" ]
	drivers mine.yaml hid
	p2mlab 0 check mine.yaml "$SOURCE_DIR/platforms/lab.yaml" "$SOURCE_DIR/machines" hole
	[ "$(wc -l <<<"$output")" -eq 2 ]
	contains "$output" "1 scenario, "
	contains "$output" "files of other kinds ok"
	[ -z "$errors" ]
}

@test "check finds the mistakes of each kind" {
	drivers mine.yaml hdi
	p2mlab 3 check mine.yaml
	[ -z "$output" ]
	contains "$errors" "mine.yaml:5:13: error: unknown key 'hdi' in 'match', did you mean 'hid'?"
	sed 's/^dom0_ram:/dom0_rom:/' "$SOURCE_DIR/platforms/lab.yaml" >lab.yaml
	p2mlab 3 check lab.yaml
	contains "$errors" "unknown key 'dom0_rom'"
	sed 's/^params:/parms:/' "$SOURCE_DIR/machines/cortex-a57.yaml" >m.yaml
	p2mlab 3 check m.yaml
	contains "$errors" "unknown key 'parms'"
}

@test "a mistake in the project's profiles is said once" {
	cp -r "$SOURCE_DIR/platforms" "$SOURCE_DIR/machines" .
	mkdir scenarios
	cp "$SOURCE_DIR/scenarios/hole.yaml" "$SOURCE_DIR/scenarios/ecam.yaml" scenarios
	drivers drivers/mine.yaml hdi
	export P2MLAB_DATA=$BATS_TEST_TMPDIR
	for what in "check" "check drivers" "check drivers scenarios" "run" "run hole" "list"; do
		# shellcheck disable=SC2086 # words
		p2mlab 3 $what
		[ "$(grep -c "unknown key 'hdi'" <<<"$errors")" -eq 1 ]
		[ "$(grep -c 'error:' <<<"$errors")" -eq 1 ]
	done
	rm -r drivers
	p2mlab 0 check
}

@test "list tells which profile each device got" {
	p2mlab 0 list --what=drivers boot-qemu-virt
	contains "$output" "boot-qemu-virt:QEMU0002:00   qemu_fw_cfg"
	contains "$output" "boot-qemu-virt:0000:00:01.0  virtio-blk-pci"
	contains "$output" "boot-qemu-virt:0000:00:00.0  (no driver)"
	p2mlab 0 list --what=drivers unplug resource-256m
	contains "$output" "(none: the default of its bus)"
	contains "$output" "(its own touches)"
}

@test "a boot step on a platform with a device tree is an error" {
	printf '%s\n' 'p2mlab: 1' 'name: t' 'platform: qemu-virt-dt' \
		'matrix: {strategy: [none], xen: ["4.17"], linux: ["6.1"]}' \
		'steps:' '  - boot: {until: module}' >t.yaml
	p2mlab 3 check t.yaml
	contains "$errors" "t.yaml:6:5: error: platform 'qemu-virt-dt' boots by a device tree"
	p2mlab 3 regions qemu-virt-dt
}
