#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# tools/collect.sh on a made-up machine, under each small shell there is.
# SOURCE_DIR: the tree.

setup() {
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	cd "$BATS_TEST_TMPDIR" || return 1
	export P2MLAB_SYSROOT=$BATS_TEST_TMPDIR/sys\ root
	mkdir -p bin "$P2MLAB_SYSROOT"
	# what this machine itself has must not show
	tool acpidump 'exit 1'
	tool xl 'exit 1'
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	shells=()
	for shell in dash "busybox sh"; do
		command -v "${shell%% *}" >/dev/null && shells+=("$shell")
	done
	[ ${#shells[@]} -gt 0 ] || shells=(sh)
	mkdir applets
	if command -v busybox >/dev/null; then
		busybox --install -s applets
		ln -sf "$(command -v busybox)" applets/busybox
	fi
}

# tool NAME SCRIPT: a program in front of those of this machine.
tool() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

# at PATH TEXT: a file of the machine; \n and \0 are what printf makes of them.
at() {
	mkdir -p "$P2MLAB_SYSROOT/${1%/*}"
	printf %b "$2" >"$P2MLAB_SYSROOT/$1"
}

# link PATH TARGET; a link to itself is a file that nobody can read, not even root.
link() {
	mkdir -p "$P2MLAB_SYSROOT/${1%/*}"
	ln -s "$2" "$P2MLAB_SYSROOT/$1"
}

unreadable() {
	rm -f "${P2MLAB_SYSROOT:?}/$1"
	link "$1" "${1##*/}"
}

# pci ADDRESS BYTES: a function with so many bytes of configuration space.
pci() {
	local dir=sys/bus/pci/devices/$1
	at "$dir/vendor" '0x1af4\n'
	at "$dir/device" '0x1041\n'
	at "$dir/class" '0x020000\n'
	at "$dir/resource" '0x0000000010040000 0x0000000010040fff 0x0000000000040200\n0x0 0x0 0x0\n'
	head -c "$2" /dev/zero | tr '\0' '\253' >"$P2MLAB_SYSROOT/$dir/config"
}

machine() {
	at sys/firmware/acpi/tables/APIC 'APIC\0\1'
	at sys/firmware/acpi/tables/ASF! 'ASF!'
	at sys/firmware/acpi/tables/dynamic/SSDT7 'SSDT'
	at sys/firmware/acpi/tables/data/BERT 'serial of a broken DIMM'
	at proc/iomem '08000000-0800ffff : GICD\n  00000000-00000000 : x\n'
	at proc/modules 'two 16384 0 - Live 0xffffffc0089d7000\none 20480 1 two, Live 0xffffffc0089cf000 (E)\n'
	at proc/version 'Linux version 6.1.0-13-arm64 (me@secrethost) #1 SMP\n'
	at proc/cmdline 'root=/dev/secret\n'
	at proc/vmallocinfo '0xffff8000-0xffff9000 4096 f+0x1/0x2 phys=0x9020000 ioremap\n0x1-0x2 9 vmalloc\n'"$(
		)"'0x(____ptrval____)-0x(____ptrval____) 8192 g+0x1/0x2 phys=0x9030000 ioremap\n'
	at sys/hypervisor/version/major '4\n'
	at sys/hypervisor/version/minor '22\n'
	at sys/hypervisor/version/extra '.0\n'
	at sys/class/dmi/id/product_name 'Board\tX\n'
	at sys/class/dmi/id/product_serial 'secret\n'
	pci 0000:00:01.0 4096
	link sys/bus/pci/devices/0000:00:01.0/driver ../../../bus/pci/drivers/virtio-pci
	pci 0000:01:00.0 64
	mkdir -p "$P2MLAB_SYSROOT/sys/bus/platform/devices/LNRO0005:00"
	mkdir -p "$P2MLAB_SYSROOT/sys/bus/acpi/devices/PNP0C0C:00"
	link sys/bus/acpi/devices/PNP0C0C:00/driver ../../../../bus/acpi/drivers/button
}

# collect ARGUMENT...: into $output and $errors; $shell is the shell. That of busybox has nothing but
# busybox's tools, as in an initramfs.
collect() {
	local path=$PATH
	status=0
	[ "$shell" != "busybox sh" ] || path=$BATS_TEST_TMPDIR/bin:$BATS_TEST_TMPDIR/applets
	# shellcheck disable=SC2086 # "busybox sh" are two words
	PATH=$path $shell "$SOURCE_DIR/tools/collect.sh" "$@" >stdout 2>stderr || status=$?
	output=$(<stdout)
	errors=$(<stderr)
}

expect() {
	[ "$1" = "$2" ] || {
		printf '%s\ngot:  %s\nwant: %s\n%s\n' "$shell" "$1" "$2" "${errors:-}"
		return 1
	}
}

# each FUNCTION: runs it under each shell, from a clean start. Not behind `||`, which would let it go
# on after what fails in it.
each() {
	for shell in "${shells[@]}"; do
		rm -rf out out.tar p2mlab-machine
		"$1"
	done
}

@test "a machine's folder has the layout that is imported" {
	machine
	layout() {
		collect -o out
		expect "$status" 0
		expect "$errors" ""
		expect "$(cd out && find . -type f | LC_ALL=C sort | tr '\n' ' ')" \
			"./devices.txt ./iomem ./missing.txt ./modules ./pci-config.txt ./pci-resources.txt $(
			)./tables/APIC ./tables/ASF! ./tables/dynamic/SSDT7 ./versions.txt ./vmallocinfo "
		cmp out/tables/APIC "$P2MLAB_SYSROOT/sys/firmware/acpi/tables/APIC"
		cmp out/iomem "$P2MLAB_SYSROOT/proc/iomem"
		expect "$(head -n 1 stdout)" "Collected in out: 3 ACPI tables, 2 PCI functions, $(
			)2 devices, iomem vmallocinfo versions.txt"
	}
	each layout
}

@test "texts have the form of the recorded ones" {
	machine
	texts() {
		collect -o out
		expect "$(cat out/pci-resources.txt)" "$(cat <<-'END'
			== /sys/bus/pci/devices/0000:00:01.0 0x1af4 0x1041 0x020000  drv=../../../bus/pci/drivers/virtio-pci
			0x0000000010040000 0x0000000010040fff 0x0000000000040200
			0x0 0x0 0x0
			== /sys/bus/pci/devices/0000:01:00.0 0x1af4 0x1041 0x020000  drv=
			0x0000000010040000 0x0000000010040fff 0x0000000000040200
			0x0 0x0 0x0
		END
		)"
		expect "$(cat out/devices.txt)" "$(cat <<-'END'
			/sys/bus/platform/devices/LNRO0005:00 drv=
			/sys/bus/acpi/devices/PNP0C0C:00 drv=../../../../bus/acpi/drivers/button
		END
		)"
		expect "$(cat out/modules)" $'two\none'
		expect "$(sed '/^arch: /d' out/versions.txt)" "$(cat <<-'END'
			kernel: 6.1.0-13-arm64
			xen: 4.22.0
			product_name: Board?X
		END
		)"
		expect "$(grep -c '^arch: .' out/versions.txt)" 1
		expect "$(cat out/vmallocinfo)" "$(cat <<-'END'
			4096 f+0x1/0x2 phys=0x9020000 ioremap
			8192 g+0x1/0x2 phys=0x9030000 ioremap
		END
		)"
	}
	each texts
}

@test "configuration space is hex without what comes behind its first 256 bytes" {
	machine
	row='ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab'
	config() {
		collect -o out
		expect "$(sed -n '1,3p; 17,19p; 22,$p' out/pci-config.txt)" "== 0000:00:01.0
00: $row
10: $row
f0: $row
== 0000:01:00.0
00: $row
30: $row"
		expect "$(cat out/missing.txt)" "$(
			)  all but 64 bytes of 1 configuration space (root?): MSI-X tables and kinds of $(
			)ports are guessed"
	}
	each config
}

@test "nothing private is collected" {
	machine
	for table in MSDM SLIC iBFT IBFT NBFT1 dynamic/MSDM; do
		at "sys/firmware/acpi/tables/$table" 'secret'
	done
	at sys/bus/pci/devices/0000:00:01.0/serial_number 'secret\n'
	at sys/class/net/eth0/address 'secret\n'
	private() {
		collect -o out
		expect "$status" 0
		expect "$(grep -rlE 'secret|serial|me@' out stdout | tr '\n' ' ')" ""
		[ ! -e out/tables/data ]
	}
	each private
}

@test "what cannot be read is named, with what it is needed for" {
	machine
	unreadable sys/firmware/acpi/tables/APIC
	unreadable proc/iomem
	unreadable proc/vmallocinfo
	unreadable sys/bus/pci/devices/0000:01:00.0/resource
	unreadable sys/bus/pci/devices/0000:00:01.0/config
	named() {
		collect -o out
		expect "$status" 0
		expect "$errors" ""
		expect "$(sed 1,2d stdout)" "$(cat out/missing.txt)"
		expect "$(cat out/missing.txt)" "$(cat <<-'END'
			  ACPI tables that could not be read (root?): APIC
			  iomem: /proc/iomem cannot be read
			    without it RAM, devices without ACPI resources, and whose an address is, are unknown
			  PCI functions whose resources could not be read: 0000:01:00.0
			  configuration space of 1 PCI function: MSI-X tables and bus numbers are guessed
			  vmallocinfo (root?): only needed to compare with what Linux really maps
		END
		)"
		expect "$(find out -type f -empty)" ""
		[ ! -e out/iomem ] && [ ! -e out/pci-config.txt ]
	}
	each named
}

@test "an iomem of zeroes is left out" {
	machine
	at proc/iomem '00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n'
	zeroes() {
		collect -o out
		expect "$status" 0
		[ ! -e out/iomem ]
		grep -q 'all addresses of /proc/iomem are zero' stdout
	}
	each zeroes
}

@test "without tables in sysfs acpidump is asked, and its private sections cut" {
	machine
	rm -r "$P2MLAB_SYSROOT/sys/firmware"
	tool acpidump "printf 'MSDM @ 0x0\n    0000: 4D\n\nAPIC @ 0x0\n    0000: 41\n\nSLIC @ 0x0\n    0000: 53\n'"
	dump() {
		collect -o out
		expect "$status" 0
		expect "$(cat out/acpidump.dat)" "$(printf 'APIC @ 0x0\n    0000: 41')"
		[ ! -e out/tables ]
		expect "$(grep -c 'ACPI tables:' stdout)" 0
	}
	each dump
}

@test "a machine without ACPI and PCI has its iomem collected" {
	at proc/iomem '40000000-7fffffff : System RAM\n'
	bare() {
		collect -o out
		expect "$status" 0
		expect "$(cd out && echo *)" "iomem missing.txt versions.txt"
		grep -q '^  ACPI tables: without them' stdout
		grep -q '^  PCI: no functions' stdout
		grep -q '^  devices.txt: ' stdout
	}
	each bare
}

@test "nothing of use ends with 1 and leaves nothing" {
	at sys/class/dmi/id/product_name 'Board\n'
	nothing() {
		collect -o out
		expect "$status" 1
		expect "$output" ""
		[ ! -e out ]
		grep -q 'nothing of use' stderr
		grep -q 'iomem' stderr
		collect -o out.tar
		expect "$status" 1
		[ ! -e out.tar ]
	}
	each nothing
}

@test "xl tells the version of a Xen whose sysfs does not" {
	machine
	rm -r "$P2MLAB_SYSROOT/sys/hypervisor"
	tool xl "printf 'host   : secrethost\nxen_version            : 4.17.2\n'"
	version() {
		collect -o out
		expect "$(sed -n '/xen/p' out/versions.txt)" "xen: 4.17.2"
		expect "$(grep -r secrethost out)" ""
	}
	each version
}

@test "a tar has the same files as a folder, and nobody's name" {
	machine
	export TMPDIR=$BATS_TEST_TMPDIR/temporary
	mkdir "$TMPDIR"
	tarred() {
		collect -o out
		# busybox's tar cannot leave the owner out
		owner=0/0
		[ "$shell" != "busybox sh" ] || owner="[^ ]*"
		collect -o out.tar
		expect "$status" 0
		mkdir unpacked
		tar -C unpacked -xf out.tar
		diff -r out unpacked/machine
		rm -r unpacked
		expect "$(tar -tvf out.tar | grep -vc " $owner ")" 0
		expect "$(ls "$TMPDIR")" ""
	}
	each tarred
}

@test "odd names break neither lines nor paths" {
	machine
	at 'sys/firmware/acpi/tables/A\nB' 'x'
	at $'sys/firmware/acpi/tables/A\n*' 'x'
	# shellcheck disable=SC2016 # it must not be expanded
	at 'sys/firmware/acpi/tables/-n $(touch oops)' 'x'
	mkdir -p "$P2MLAB_SYSROOT/sys/bus/platform/devices/"$'two words\nline\e[31m'
	mkdir -p "$P2MLAB_SYSROOT/sys/bus/pci/devices/10000:e0:00.0"
	odd() {
		collect -o 'out/a b'
		expect "$status" 0
		expect "$(cd 'out/a b/tables' && find . -type f | LC_ALL=C sort | tr '\n' ',')" \
			"./-n \$(touch oops),./A?*,./APIC,./ASF!,./A\\nB,./dynamic/SSDT7,"
		expect "$(grep -c . 'out/a b/devices.txt')" 3
		grep -qxF '/sys/bus/platform/devices/two words?line?[31m drv=' 'out/a b/devices.txt'
		[ ! -e oops ]
	}
	each odd
}

@test "nothing is overwritten" {
	machine
	kept() {
		mkdir out
		collect -o out
		expect "$status" 0
		collect -o out
		expect "$status" 2
		expect "$errors" "collect.sh: 'out' is not empty: name another folder with -o"
		echo mine >out.tar
		collect -o out.tar
		expect "$status" 2
		expect "$(cat out.tar)" mine
	}
	each kept
}

@test "the command line is checked" {
	machine
	options() {
		collect -h
		expect "$status" 0
		expect "$(head -n 1 stdout)" "usage: collect.sh [-o DIR|FILE.tar] [-h]"
		for bad in -x -o more '-o x.tar.gz' '-o /dev/null/x' '-o /dev/null/x.tar'; do
			# shellcheck disable=SC2086 # options
			collect $bad
			expect "$bad $status" "$bad 2"
			[ -n "$errors" ]
		done
		collect
		expect "$status" 0
		[ -s p2mlab-machine/tables/APIC ]
		collect -o -x
		expect "$status" 0
		rm -r ./-x
	}
	each options
}
