#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# collect.sh: what p2mlab needs to know of this machine, into a folder or a tar. See docs/COLLECT.md.
#
# Runs by itself: copy this one file to the machine. It only reads, and only what is listed below;
# it needs a POSIX shell, cat, od, sed, tr, mkdir, rm, rmdir, readlink, uname (busybox will do).
# P2MLAB_SYSROOT: a folder with copies of /sys and /proc, for tests.
set -u
LC_ALL=C
export LC_ALL

root=${P2MLAB_SYSROOT:-}
target=p2mlab-machine
work=
missing=
tables=0
functions=0
configs=0
devices=0
have=

usage() {
	cat <<-'USAGE'
		usage: collect.sh [-o DIR|FILE.tar] [-h]

		Copies what p2mlab reads of a machine (ACPI tables, /proc/iomem, PCI functions, names of
		devices, versions) into DIR (default: p2mlab-machine) or FILE.tar. Changes nothing else.
		Run it as root: without, Linux hides most of it. Says at the end what is missing.

		exit status: 0 with what it got, 1 if that is nothing, 2 if it could not start
	USAGE
}

fail() {
	printf 'collect.sh: %s\n' "$*" >&2
	exit 2
}

# miss WHAT...: remembers what is missing, and why it matters.
miss() {
	missing="$missing  $*
"
}

# count N NOUN: "1 table", "2 tables"
count() {
	if [ "$1" -eq 1 ]; then printf '%s %s' "$1" "$2"; else printf '%s %ss' "$1" "$2"; fi
}

# first_line FILE: into $line; fails if there is none.
first_line() {
	line=
	{ IFS= read -r line <"$1" || [ -n "$line" ]; } 2>/dev/null
}

# first_word FILE: into $word, only if it is a number as sysfs prints it.
first_word() {
	first_line "$1" || return
	word=${line%% *}
	case $word in
	0x | *[!0-9a-fx]*) return 1 ;;
	0x*) ;;
	*) return 1 ;;
	esac
}

# printable TEXT: with '?' for what would break a line or a terminal.
printable() {
	printf '%s' "$1" | tr -c '\040-\176' '?'
}

# copy FROM TO: fails, and leaves nothing, if FROM cannot be read or is empty.
copy() {
	if cat "$1" >"$2" 2>/dev/null && [ -s "$2" ]; then
		return 0
	fi
	rm -f "$2"
	return 1
}

# --- versions ----------------------------------------------------------------------------

# version KEY VALUE
version() {
	[ -z "$2" ] || printf '%s: %s\n' "$1" "$(printable "$2")"
}

# The rest of /proc/version names the host it was built on.
kernel_release() {
	if first_line "$root/proc/version"; then
		line=${line#Linux version }
		printf '%s' "${line%% *}"
	else
		uname -r
	fi
}

# "4.22.0"; empty if this is no Xen. `xl info` has more, the name of this host among it.
xen_version() {
	if first_line "$root/sys/hypervisor/version/major"; then
		printf '%s' "$line"
		first_line "$root/sys/hypervisor/version/minor" && printf '.%s' "$line"
		first_line "$root/sys/hypervisor/version/extra" && printf '%s' "$line"
	elif command -v xl >/dev/null 2>&1; then
		xl info 2>/dev/null | sed -n 's/^xen_version *: *//p'
	fi
}

collect_versions() {
	version kernel "$(kernel_release)"
	version xen "$(xen_version)"
	version arch "$(uname -m)"
	for item in sys_vendor product_name bios_version; do
		first_line "$root/sys/class/dmi/id/$item" && version "$item" "$line"
	done
	return 0
}

# --- ACPI --------------------------------------------------------------------------------

# True for a table that has a licence key (MSDM, SLIC) or addresses, names and passwords of a
# network boot (iBFT, NBFT): p2mlab has no use for them.
is_private() {
	case $1 in
	MSDM* | SLIC* | [iI]BFT* | NBFT*) return 0 ;;
	esac
	return 1
}

# The folder `data` is left out: it has no tables but what they point to, such as records of errors
# with serial numbers of the parts that failed.
collect_tables() {
	unread=
	mkdir -p "$work/tables/dynamic" || return
	for file in "$root"/sys/firmware/acpi/tables/* "$root"/sys/firmware/acpi/tables/dynamic/*; do
		[ -e "$file" ] || [ -L "$file" ] || continue
		[ ! -d "$file" ] || continue
		name=$(printable "${file##*/}")
		is_private "$name" && continue
		case $file in
		*/dynamic/*) name=dynamic/$name ;;
		esac
		if copy "$file" "$work/tables/$name"; then
			tables=$((tables + 1))
		else
			unread="$unread $name"
		fi
	done
	rmdir "$work/tables/dynamic" "$work/tables" 2>/dev/null
	[ -z "$unread" ] || miss "ACPI tables that could not be read (root?):$unread"
}

# Sections of a dump end with an empty line.
collect_acpidump() {
	command -v acpidump >/dev/null 2>&1 || return
	acpidump 2>/dev/null |
		sed -e '/^MSDM @/,/^$/d' -e '/^SLIC @/,/^$/d' -e '/^[iI]BFT @/,/^$/d' \
			-e '/^NBFT @/,/^$/d' >"$work/acpidump.dat"
	if [ -s "$work/acpidump.dat" ]; then
		have="$have acpidump.dat"
	else
		rm -f "$work/acpidump.dat"
	fi
}

collect_acpi() {
	collect_tables
	[ "$tables" -gt 0 ] || collect_acpidump
	case $tables$have in
	0) miss "ACPI tables: without them there is no machine to import. Run this as root, or" \
		"'acpidump >acpidump.dat' where they can be read" ;;
	esac
}

# --- addresses ---------------------------------------------------------------------------

# True if there is an address in it: Linux prints zeroes to those who are not root.
has_addresses() {
	while read -r range _; do
		case $range in
		*[!0-]*) return 0 ;;
		esac
	done <"$1"
	return 1
}

collect_iomem() {
	if ! copy "$root/proc/iomem" "$work/iomem"; then
		miss "iomem: /proc/iomem cannot be read"
	elif has_addresses "$work/iomem"; then
		have="$have iomem"
		return
	else
		rm -f "$work/iomem"
		miss "iomem: all addresses of /proc/iomem are zero (root?)"
	fi
	miss "  without it RAM, devices without ACPI resources, and whose an address is, are unknown"
}

# Only mappings of physical addresses, without the kernel's own.
collect_vmallocinfo() {
	sed -n '/phys=/s/^0x[^ ]* *//p' "$root/proc/vmallocinfo" \
		>"$work/vmallocinfo" 2>/dev/null
	if [ -s "$work/vmallocinfo" ]; then
		have="$have vmallocinfo"
	else
		rm -f "$work/vmallocinfo"
		miss "vmallocinfo (root?): only needed to compare with what Linux really maps"
	fi
}

# --- PCI ---------------------------------------------------------------------------------

# driver DIR: where its link leads, nothing without one.
driver() {
	printable "$(readlink "$1/driver" 2>/dev/null)"
}

# The heading and the lines of `resource`, or nothing.
pci_resources() {
	first_word "$1/vendor" && vendor=$word &&
		first_word "$1/device" && device=$word &&
		first_word "$1/class" && class=$word &&
		text=$(cat "$1/resource" 2>/dev/null) && [ -n "$text" ] || return
	printf '== /sys/bus/pci/devices/%s %s %s %s  drv=%s\n%s\n' "${1##*/}" \
		"$vendor" "$device" "$class" "$(driver "$1")" "$text"
}

# The first 256 bytes: what comes behind them has serial numbers.
pci_config() {
	text=$(od -A x -v -t x1 -N 256 "$1/config" 2>/dev/null |
		sed -n 's/^0*\([0-9a-f][0-9a-f]\)  *\([0-9a-f].*[0-9a-f]\) *$/\1: \2/p')
	[ -n "$text" ] || return
	printf '== %s\n%s\n' "${1##*/}" "$text"
	# 64 bytes, all that is shown to others than root, are four lines
	case $text in
	*"
40: "*) ;;
	*) short=$((short + 1)) ;;
	esac
}

# Segments of five digits are not firmware's: a driver made them (VMD).
collect_pci() {
	unread=
	short=0
	: >"$work/pci-resources.txt"
	: >"$work/pci-config.txt"
	for dir in "$root"/sys/bus/pci/devices/????:??:??.?; do
		[ -d "$dir" ] || continue
		if pci_resources "$dir" >>"$work/pci-resources.txt"; then
			functions=$((functions + 1))
		else
			unread="$unread ${dir##*/}"
			continue
		fi
		pci_config "$dir" >>"$work/pci-config.txt" && configs=$((configs + 1))
	done
	[ -s "$work/pci-resources.txt" ] || rm -f "$work/pci-resources.txt"
	[ -s "$work/pci-config.txt" ] || rm -f "$work/pci-config.txt"
	[ -z "$unread" ] || miss "PCI functions whose resources could not be read:$unread"
	[ "$functions" -gt 0 ] || miss "PCI: no functions. That is right only for a machine without PCI"
	[ "$configs" -eq "$functions" ] ||
		miss "configuration space of $(count $((functions - configs)) 'PCI function'): MSI-X" \
			"tables and bus numbers are guessed"
	[ "$short" -eq 0 ] ||
		miss "all but 64 bytes of $(count "$short" 'configuration space') (root?): MSI-X tables" \
			"and kinds of ports are guessed"
}

# --- devices -----------------------------------------------------------------------------

collect_devices() {
	: >"$work/devices.txt"
	for dir in "$root"/sys/bus/platform/devices/* "$root"/sys/bus/acpi/devices/* \
		"$root"/sys/bus/amba/devices/*; do
		[ -d "$dir" ] || continue
		printf '%s drv=%s\n' "$(printable "${dir#"$root"}")" "$(driver "$dir")" \
			>>"$work/devices.txt"
		devices=$((devices + 1))
	done
	[ "$devices" -gt 0 ] && return
	rm -f "$work/devices.txt"
	miss "devices.txt: /sys/bus has no devices. Which of them have drivers is unknown"
}

# --- modules -----------------------------------------------------------------------------

# Names only: the addresses behind them are nobody's business.
collect_modules() {
	[ -e "$root/proc/modules" ] || return 0 # a kernel without modules
	sed 's/ .*//' "$root/proc/modules" >"$work/modules" 2>/dev/null ||
		miss "modules: /proc/modules cannot be read. In which order drivers were loaded is unknown"
	[ -s "$work/modules" ] || rm -f "$work/modules"
}

# --- where it goes -----------------------------------------------------------------------

clean_up() {
	[ -z "$temporary" ] || rm -rf "$temporary"
}

open_folder() {
	for entry in "$target"/* "$target"/.[!.]*; do
		[ ! -e "$entry" ] || fail "'$target' is not empty: name another folder with -o"
	done
	work=$target
}

open_tar() {
	[ ! -e "$target" ] || fail "'$target' exists: name another file with -o"
	command -v tar >/dev/null 2>&1 || fail "there is no tar here: name a folder with -o"
	temporary=$(mktemp -d "${TMPDIR:-/tmp}/p2mlab.XXXXXX") || fail "no place for temporary files"
	work=$temporary/machine
}

# The owner's name is nobody's business; busybox cannot leave it out.
write_tar() {
	{
		tar -C "$temporary" --owner=0 --group=0 --numeric-owner -cf - machine 2>/dev/null >"$target" ||
			tar -C "$temporary" -cf - machine >"$target"
	} && [ -s "$target" ] && return
	rm -f "$target"
	fail "cannot write '$target'"
}

open_target() {
	case $target in
	'') fail "-o needs the name of a folder or a .tar" ;;
	*.tar.* | *.tgz) fail "'$target': only plain .tar, compress it afterwards" ;;
	*.tar) open_tar ;;
	*) open_folder ;;
	esac
	mkdir -p "$work" || fail "cannot make '$work'"
	collect_versions >"$work/versions.txt" || fail "cannot write to '$work'"
}

# Nothing of use: then nothing is left, and whoever ran this reads why.
give_up() {
	rm -f "$work/versions.txt" "$work/devices.txt" "$work/modules" "$work/vmallocinfo"
	rmdir "$work" 2>/dev/null
	printf 'collect.sh: nothing of use could be read. Missing:\n%s' "$missing" >&2
	exit 1
}

finish() {
	case $tables$functions$have in
	00 | '00 vmallocinfo') give_up ;;
	esac
	[ -z "$missing" ] || printf '%s' "$missing" >"$work/missing.txt"
	[ -z "$temporary" ] || write_tar
	printf 'Collected in %s: %s, %s, %s,%s versions.txt\n' "$target" \
		"$(count "$tables" 'ACPI table')" "$(count "$functions" 'PCI function')" \
		"$(count "$devices" device)" "$have"
	[ -z "$missing" ] || printf 'Missing:\n%s' "$missing"
}

temporary=
while getopts o:h option; do
	case $option in
	o) target=$OPTARG ;;
	h)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || { usage >&2; exit 2; }
case $target in
-*) target=./$target ;;
esac

trap clean_up EXIT
trap 'exit 130' HUP INT TERM
open_target
collect_acpi
collect_iomem
collect_pci
collect_devices
collect_modules
collect_vmallocinfo
finish
