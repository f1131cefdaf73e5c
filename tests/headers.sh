#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Every header compiles by itself, and twice in one file, with the warnings of the build.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=tests/tree.sh
. tests/tree.sh

flags=(-std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Wshadow
	-Wconversion -Wmissing-prototypes -Werror -I. '-DTEST_DATA="."' '-DSOURCE_DIR="."')
failed=0
count=0
while read -r header; do
	count=$((count + 1))
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		"${CC:-cc}" "${flags[@]}" -fsyntax-only -x c - || {
		echo "$header does not compile alone"
		failed=1
	}
done < <(tree_files '*.h')
echo "$count headers"
[ "$count" -gt 0 ] && exit $failed
exit 1
