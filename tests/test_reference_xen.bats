#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# reference_xen's exit status and what it says, with programs in place of QEMU.

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# the head of an Image, which is all that is looked at
	{ head -c 56 /dev/zero && printf 'ARMd' && head -c 4 /dev/zero; } >image
}

# fake TEXT: ./qemu is a script of these commands.
fake() {
	printf '#!/bin/sh\n%s\n' "$1" >qemu
	chmod +x qemu
}

# reference_xen STATUS ARGUMENTS...: with what it prints in $output and $errors.
reference_xen() {
	local want=$1
	shift
	status=0
	"$REFERENCE_XEN" --qemu ./qemu --xen image "$@" >stdout 2>errors || status=$?
	output=$(<stdout)
	errors=$(<errors)
	[ "$status" -eq "$want" ] || {
		printf 'status %s, want %s\n%s\n%s\n' "$status" "$want" "$output" "$errors"
		return 1
	}
}

@test "a Xen that is not there, or none, is an error" {
	reference_xen 2 --xen none
	[[ $errors == "reference_xen: error: none: No such file or directory" ]]
	head -c 1000 /dev/zero >zeros
	reference_xen 3 --xen zeros
	[[ $errors == *"/zeros is no arm64 Image" ]]
	gzip -c zeros >packed
	reference_xen 3 --xen packed
	[[ $errors == *"/packed is compressed: gunzip it first" ]]
	mkdir folder
	mkfifo pipe
	reference_xen 2 --xen folder
	[[ $errors == *"/folder: Is a directory" ]]
	reference_xen 2 --xen pipe
	[[ $errors == *"/pipe: Invalid argument" ]]
}

@test "without a Xen that was fetched the comparison is skipped, with the reason" {
	[ ! -f "$(dirname "$REFERENCE_XEN")/../xen/boot/xen-4.17-arm64" ] || skip "there is one"
	run "$REFERENCE_XEN"
	[ "$status" -eq 77 ]
	[[ $output == "reference_xen: skipped: no Xen at "*": No such file or directory" ]]
}

@test "without QEMU the comparison is skipped, with the reason" {
	PATH=/nowhere run "$REFERENCE_XEN" --xen image
	[ "$status" -eq 77 ]
	[[ $output == "reference_xen: skipped: qemu-system-aarch64: No such file or directory" ]]
}

@test "a QEMU that was named and is not there is wrong usage" {
	reference_xen 2 --qemu none
	[[ $errors == "reference_xen: error: none: No such file or directory" ]]
}

@test "a Xen that does not boot is an error with its last words" {
	fake "echo '(XEN) Panic on CPU 0:'; exit 1"
	reference_xen 1
	[[ $errors == *"Dom0 never spoke; it ended with status 1"* ]]
	[[ $errors == *"  | (XEN) Panic on CPU 0:"* ]]
}

@test "a console that stops ends after --timeout, and leaves no process" {
	fake "echo \$\$ >$PWD/pid; echo '(XEN) Latest ChangeSet:'; sleep 1000 & sleep 1000"
	reference_xen 1 --timeout 1
	[[ $errors == *"it was still running after 1000 ms and was killed"* ]]
	run kill -0 "$(cat pid)"
	[ "$status" -ne 0 ]
}

# efi: ./efi is the head of an Image that firmware takes, too.
efi() {
	{ printf 'MZ' && tail -c +3 image; } >efi
	: >firmware
}

# boots TEXT [HELLO]: ./qemu is a machine that firmware starts; TEXT comes before what Dom0 says.
boots() {
	local zero=0000000000000000
	fake "cat <<'END'
$1
@p2m 0000 0000 H ${2:-0000000060080000 0000000000000001 0000000003b9aca0 0000000000000002 094ebe0c}
@p2m 0001 0002 E $zero $zero $zero $zero a911e25c
END"
}

@test "a Xen that stops in a step is an error that names the step" {
	fake "cat <<'END'
(XEN) Xen version 4.17.7 (Debian)
@p2m 0000 0000 H 0000000060080000 0000000000000001 0000000003b9aca0 0000000000000002 094ebe0c
END
sleep 1000"
	{
		printf 'p2mlab: 1\nname: some\nplatform: qemu-virt-dt\n'
		printf 'steps:\n  - read: {at: rtc}\n  - read: {at: 0xb000000}\n'
	} >some.yaml
	reference_xen 1 --timeout 1 ./some.yaml
	[[ $errors == *"it was still running after 1000 ms and was killed"* ]]
	[[ $errors == *"what was running: some.yaml:6: access: ldr w 0xb000000" ]]
}

@test "a Xen that is older than all that are known is told; its name commands no terminal" {
	local zero=0000000000000000 answer
	answer="@p2m 0000 0000 H 0000000060080000 0000000000000001 0000000003b9aca0 0000000000000002 094ebe0c
@p2m 0001 0002 E $zero $zero $zero $zero a911e25c"
	fake "printf '(XEN) Xen version 4.6.0 (old)\\n%s\\n' '$answer'"
	reference_xen 1
	[[ $errors == *"this Xen is older than any that the model knows" ]]
	fake "printf '(XEN) Xen version 4.17.7 (\\033[31mred)\\n%s\\n' '$answer'"
	reference_xen 6
	[[ $output == *"Xen 4.17.7 (?[31mred), compared with the model's 4.17"* ]]
}

@test "an output that cannot be written is an error" {
	[ -e /dev/full ] || skip "no /dev/full"
	status=0
	"$REFERENCE_XEN" --help >/dev/full 2>errors || status=$?
	[ "$status" -eq 1 ]
	grep -q "cannot write 'stdout'" errors
}

@test "firmware wants an EFI application" {
	reference_xen 3 --boot uefi
	[[ $errors == *"/image is no EFI application" ]]
}

@test "without the firmware of the package the comparison is skipped, without one that was named it fails" {
	efi
	reference_xen 2 --boot uefi --xen efi --firmware none
	[[ $errors == "reference_xen: error: none: No such file or directory" ]]
	[ ! -f /usr/share/qemu-efi-aarch64/QEMU_EFI.fd ] || skip "the package is there"
	reference_xen 77 --boot uefi --xen efi
	[[ $output == "reference_xen: skipped: no firmware at "* ]]
}

@test "a Xen that does not say where it is, or puts Dom0 elsewhere, is an error" {
	efi
	boots "(XEN) nothing"
	reference_xen 1 --boot uefi --xen efi --firmware firmware
	[[ $errors == *"this Xen does not say where its grant table range is" ]]
	local zero=0000000000000000
	boots "(XEN) Grant table range: 0x000000bc2f1000-0x000000bc331000" \
		"$zero $zero $zero $zero ea00e1f8"
	reference_xen 1 --boot uefi --xen efi --firmware firmware
	[[ $errors == *"this Xen has Dom0's RAM at 0xfffffffffff80000, not where the platform has it" ]]
}

@test "a Xen whose text is not in its file is an error with ACPI" {
	efi
	boots "(XEN) Grant table range: 0x000000bc2f1000-0x000000bc331000"
	reference_xen 1 --boot acpi --xen efi --firmware firmware
	[[ $errors == *"cannot read "*"/efi" ]]
}

@test "a Xen that firmware starts and that stops ends in time, with its last words" {
	efi
	fake "echo 'Xen 4.17 EFI loader'; sleep 1000"
	reference_xen 1 --boot acpi --xen efi --firmware firmware --timeout 1
	[[ $errors == *"Dom0 never spoke; it was still running after 1000 ms and was killed"* ]]
	[[ $errors == *"  | Xen 4.17 EFI loader"* ]]
}

@test "wrong usage is told" {
	reference_xen 2 --timeout 0
	reference_xen 2 --boot grub
	[[ $errors == *"--boot is devicetree, uefi or acpi, not 'grub'"* ]]
	run "$REFERENCE_XEN" --boot acpi
	[ "$status" -eq 2 ]
	[[ $output == *"--boot acpi needs --xen FILE: Debian's Xen is built without ACPI"* ]]
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
	reference_xen 6 --xen "$xen" --show 1000
	[[ $errors == *"the last gpfn of 44 bits: 2 words of memory at 0x62300000
  Xen: [0] -22 (0xffffffea), 1 times
  ours: [0] 0 (0x0), 1 times"* ]]
	[[ $output =~ \;\ [1-9][0-9]*\ differences ]]
}

@test "a scenario that needs Linux is refused at its line, before anything starts" {
	fake 'touch started'
	printf 'p2mlab: 1\nname: dma\nplatform: qemu-virt-dt\nsteps:\n  - wait: {cycles: 1}\n' >some.yaml
	reference_xen 3 ./some.yaml
	[[ $errors == *"some.yaml:5:5: error: a stock Xen is asked without Linux"* ]]
	printf 'p2mlab: 1\nname: lab\nplatform: lab\nsteps:\n  - read: {at: nic.bar0}\n' >lab.yaml
	reference_xen 3 ./lab.yaml
	[[ $errors == *"lab.yaml:5:16: error: no region or device is called 'nic.bar0'"* ]]
	[[ $errors == *"note: steps are replayed on platform "*"qemu-virt-dt.yaml, whatever the scenario names" ]]
	reference_xen 2 ./none.yaml
	[[ $errors == "reference_xen: error: no file or shipped scenario is called './none.yaml'" ]]
	printf 'p2mlab: 1\nname: none\nplatform: qemu-virt-dt\nsteps: []\n' >empty.yaml
	reference_xen 4 ./empty.yaml
	[[ $errors == *"empty.yaml has no steps: nothing to compare" ]]
	[ ! -e started ]
}
