#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# checks.sh NAME...|all: checks of the tree that need no build.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=tests/tree.sh
. tests/tree.sh

all=(format shell yaml spelling licence layers shape)

# complain MESSAGE: reads offending lines; fails and prints them if there are any.
complain() {
	local lines
	lines=$(cat)
	[ -z "$lines" ] && return 0
	printf '%s:\n%s\n' "$1" "$lines"
	return 1
}

check_format() {
	tree_sources '*.c' '*.h' | xargs -r clang-format --dry-run -Werror
}

check_shell() {
	tree_sources '*.sh' '*.bash' '*.bats' dev .ci/run | xargs -r shellcheck -x
}

check_yaml() {
	tree_sources '*.yaml' '*.yml' .yamllint | xargs -r yamllint --strict
}

# Words of the field, and those that tests misspell on purpose, are in tests/words.txt.
check_spelling() {
	tree_sources '*.c' '*.h' '*.S' '*.md' '*.yaml' '*.sh' '*.bats' '*.txt' dev .ci/run |
		xargs -r codespell --ignore-words=tests/words.txt
}

check_licence() {
	local file
	tree_sources '*.c' '*.h' '*.S' '*.ld' '*.lds' '*.sh' '*.bash' '*.bats' '*.cmake' \
		CMakeLists.txt '*/CMakeLists.txt' '*.yaml' dev .ci/run |
		while read -r file; do
			head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' ||
				echo "$file"
		done | complain "no SPDX line at the top"
}

# Arrows point one way: cli -> reference -> scenario -> sim, scenario -> acpi; dom0 and the
# payloads share one header each, QEMU's plugin the payload's.
check_layers() {
	local rc=0 include='^[[:space:]]*#[[:space:]]*include "'
	# shellcheck disable=SC2046 # names of sources have no blanks
	{
		grep -nE "$include" $(tree_sources 'base/*.[ch]') | grep -v '"base/'
		grep -nE "$include" $(tree_sources 'acpi/*.[ch]') | grep -vE '"(base|acpi)/'
		grep -nE "$include" $(tree_sources 'yaml/*.[ch]') | grep -vE '"(base|yaml)/'
		grep -nE "$include(cli|reference|scenario|platform|yaml|acpi)/" $(tree_sources 'sim/*.[ch]')
		grep -nE "$include(cli|reference|scenario)/" $(tree_sources 'platform/*.[ch]')
		grep -nE "$include(cli|reference)/" $(tree_sources 'scenario/*.[ch]')
		grep -nE "${include}cli/" $(tree_sources 'reference/*.[ch]')
		grep -nE "$include" $(tree_sources 'dom0/*.[chS]') | grep -v '"dom0/'
		grep -nE "$include" $(tree_sources 'reference/el2/*.[chS]') |
			grep -v '"reference/el2/'
		grep -nE "$include" $(tree_sources 'reference/xen/*.[chS]') |
			grep -v '"reference/xen/'
		grep -nE "$include" $(tree_sources 'reference/plugin/*.[ch]') |
			grep -vE '"reference/(plugin/|el2/abi\.h)'
	} 2>/dev/null | complain "a room includes what is above it" || rc=1
	# shellcheck disable=SC2046
	grep -nwE 'float|double' $(tree_sources 'sim/*.[ch]') |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)' |
		complain "floating point in sim/" || rc=1
	return "$rc"
}

# One subject a file; no line too long for two windows side by side.
check_shape() {
	local rc=0
	tree_sources '*.c' '*.h' | xargs -r wc -l |
		awk '$2 != "total" && $1 > 700 { print $2 ": " $1 " lines" }' |
		complain "files over 700 lines" || rc=1
	tree_sources '*.sh' '*.bats' '*.txt' '*.S' dev .ci/run | xargs -r grep -nE '^.{111,}$' |
		complain "lines over 110 characters" || rc=1
	tree_sources '*.c' '*.h' '*.S' '*.sh' '*.bats' '*.txt' '*.yaml' dev .ci/run |
		xargs -r grep -nE '[[:space:]]+$' | complain "blanks at the end of a line" || rc=1
	return "$rc"
}

[ $# -gt 0 ] || { echo "usage: checks.sh all|NAME... (${all[*]})" >&2; exit 2; }
[ "$1" != all ] || set -- "${all[@]}"
failed=0
for name; do
	case " ${all[*]} " in
	*" $name "*) ;;
	*) echo "no check '$name'" >&2; exit 2 ;;
	esac
	if "check_$name"; then
		echo "$name: ok"
	else
		echo "$name: FAILED"
		failed=1
	fi
done
exit $failed
