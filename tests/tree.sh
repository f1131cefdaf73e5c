# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# tree.sh: which files the checks look at. Sourced, with the project's root as current directory.

# tree_files PATTERN...: tracked files that match and exist, a line each; in a tree without git
# (a release archive) all such files outside the build directories.
tree_files() {
	local pattern file
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -- "$@" | while read -r file; do
			[ ! -f "$file" ] || printf '%s\n' "$file"
		done
		return
	fi
	for pattern; do
		find . -path './build*' -prune -o -path './.git' -prune -o -type f \
			\( -path "./$pattern" -o -name "$pattern" \) -print
	done | sed 's|^\./||' | sort -u
}

# Files that are wrong on purpose or recorded elsewhere.
tree_is_data() {
	case $1 in
	tests/data/* | tests/*/data/* | tests/fuzz/corpus/*) return 0 ;;
	esac
	return 1
}

# tree_sources PATTERN...: the same without data.
tree_sources() {
	local file
	tree_files "$@" | while read -r file; do
		tree_is_data "$file" || printf '%s\n' "$file"
	done
}
