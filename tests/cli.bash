# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What tests of the command line share: load it with `load cli`.

# p2mlab STATUS ARGUMENTS...: with what it prints in $output and $errors.
p2mlab() {
	local want=$1
	shift
	status=0
	"$P2MLAB" "$@" >stdout 2>stderr || status=$?
	output=$(<stdout)
	errors=$(<stderr)
	[ "$status" -eq "$want" ] || {
		printf 'status %s, want %s\n%s\n%s\n' "$status" "$want" "$output" "$errors"
		return 1
	}
}

# contains TEXT PART
contains() {
	[[ $1 == *"$2"* ]] || {
		printf 'missing: %s\nin: %s\n' "$2" "$1"
		return 1
	}
}
