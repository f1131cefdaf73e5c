#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The command line from outside: what it prints, where, and how it ends.
# P2MLAB: the program; SOURCE_DIR: the tree.

setup() {
	[ -n "${P2MLAB:-}" ] || skip "P2MLAB is not set"
	SOURCE_DIR=${SOURCE_DIR:-$BATS_TEST_DIRNAME/..}
	unset P2MLAB_JOBS P2MLAB_COLOR NO_COLOR CLICOLOR_FORCE FORCE_COLOR
	export P2MLAB_DATA=$SOURCE_DIR
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir t
	scenario t/read.yaml read 'none: [abort]' >/dev/null
}

# scenario FILE NAME 'STRATEGY: FINDINGS': reads an ECAM under three strategies; the findings are
# expected of one of them, nothing of the others.
scenario() {
	cat >"$1" <<-END
		# SPDX-License-Identifier: GPL-2.0-only
		p2mlab: 1
		name: $2
		about: reads a configuration register
		tags: [tiny, $2]
		platform: lab
		matrix: {strategy: [none, b, c], xen: ["4.9", "4.22"], linux: ["6.1"]}
		steps:
		  - read: {at: ecam0 + 0x8000, width: 4}
		expect:
		  - {when: {strategy: ${3%%:*}}, findings:${3#*:}}
	END
}

# A scenario that takes minutes; its steps are legal and find nothing.
endless() {
	{
		cat <<-END
			# SPDX-License-Identifier: GPL-2.0-only
			p2mlab: 1
			name: endless
			platform: lab
			matrix: {strategy: [none], xen: ["4.22"], linux: ["6.1"]}
			steps:
		END
		for ((i = 0; i < 4000; i++)); do
			echo "  - request: {at: nvme.bar4, pages: 200000}"
		done
	} >"$1"
}

# run_split COMMAND...: as run, but with $output from stdout and $errors from stderr.
run_split() {
	status=0
	"$@" >stdout 2>stderr || status=$?
	read_back
}

read_back() {
	output=$(<stdout)
	errors=$(<stderr)
}

# wait_split PID: as run_split, for one that was started with its outputs in stdout and stderr.
wait_split() {
	status=0
	wait "$1" || status=$?
	read_back
}

# rows STRATEGY: from a text report in $output, versions, verdict and findings of its rows.
rows() {
	awk -v s="$1" '$1 == s { for (i = 2; i <= NF - 6; i++) printf "%s%s", $i, i < NF - 6 ? " " : "\n" }' \
		<<<"$output"
}

expect_status() {
	[ "$status" -eq "$1" ] || {
		printf 'status %s, want %s\n%s\n%s\n' "$status" "$1" "$output" "${errors:-}"
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

# wait_for_worker PID: its first worker's id, as soon as it has one.
wait_for_worker() {
	local worker
	for ((i = 0; i < 100; i++)); do
		worker=$(pgrep -P "$1" | head -n 1)
		[ -n "$worker" ] && echo "$worker" && return 0
		sleep 0.05
	done
	return 1
}

# refused SENTENCE COMMAND...: wrong usage, with nothing on stdout.
refused() {
	run_split "${@:2}"
	expect_status 2
	[ -z "$output" ]
	contains "$errors" "p2mlab: error: $1"
}

# wait_for_end PID: until it is dead; where nobody reaps orphans it stays, a zombie.
wait_for_end() {
	for ((i = 0; i < 100; i++)); do
		[[ $(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) =~ ^Z?$ ]] && return 0
		sleep 0.05
	done
	return 1
}

# wait_for_results N: until so many are in the file results.
wait_for_results() {
	for ((i = 0; i < 100; i++)); do
		[ "$(grep -c '"type":"result"' results 2>/dev/null)" = "$1" ] && return 0
		sleep 0.05
	done
	return 1
}

@test "no verb is wrong usage and says where help is" {
	run_split "$P2MLAB"
	expect_status 2
	[ -z "$output" ]
	contains "$errors" "try 'p2mlab help'"
}

@test "help and the version go to stdout" {
	run_split "$P2MLAB" --version
	expect_status 0
	[[ $output =~ ^p2mlab\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	for verb in run check list help; do
		run_split "$P2MLAB" help
		contains "$output" "  $verb "
		run_split "$P2MLAB" help "$verb"
		expect_status 0
		contains "$output" "usage: p2mlab $verb "
		help=$output
		run_split "$P2MLAB" "$verb" -h
		expect_status 0
		[ "$output" = "$help" ]
	done
}

@test "a misspelt word names the nearest one" {
	run_split "$P2MLAB" chekc
	expect_status 2
	contains "$errors" "unknown verb 'chekc', did you mean 'check'?"
	run_split "$P2MLAB" run --stratgy b
	expect_status 2
	contains "$errors" "unknown option '--stratgy', did you mean '--strategy'?"
	run_split "$P2MLAB" run t -s notifer
	expect_status 2
	contains "$errors" "unknown strategy 'notifer', did you mean 'notifier'?"
	run_split "$P2MLAB" run t -f tag:tinny
	expect_status 2
	contains "$errors" "unknown tag 'tinny', did you mean 'tiny'?"
	run_split "$P2MLAB" list --what=metric
	expect_status 2
	contains "$errors" "did you mean 'metrics'?"
	run_split "$P2MLAB" run --report jsnol
	expect_status 2
	contains "$errors" "did you mean 'jsonl'?"
}

@test "an abbreviated option is refused" {
	run_split "$P2MLAB" run --dry t
	expect_status 2
	contains "$errors" "unknown option '--dry', did you mean '--dry-run'?"
}

@test "check counts what is valid" {
	run_split "$P2MLAB" check t
	expect_status 0
	[ "$output" = "1 scenario, 6 permutations ok" ]
	[ -z "$errors" ]
	run_split "$P2MLAB" validate t/read.yaml
	expect_status 0
	run_split "$P2MLAB" check t/read.yaml:none:xen=4.9
	[ "$output" = "1 scenario, 1 permutation ok" ]
	run_split "$P2MLAB" help check
	contains "$output" "[SCENARIO|DIR|ID]..."
}

@test "a directory is walked once, whatever links lead to it" {
	mkdir t/sub
	mv t/read.yaml t/sub
	ln -s . t/loop
	ln -s ../sub t/sub/again
	ln -s sub t/way
	run_split "$P2MLAB" check t
	expect_status 0
	[ "$output" = "1 scenario, 6 permutations ok" ]
	ln -s nowhere t/gone.yaml
	run_split "$P2MLAB" check t
	expect_status 3
	[ "$errors" = "t/gone.yaml: error: No such file or directory" ]
}

@test "a pipe or a device is no scenario, and a place without scenarios is named" {
	mkfifo t/pipe
	for file in t/pipe /dev/zero; do
		run_split "$P2MLAB" check $file
		expect_status 3
		[ "$errors" = "$file: error: not a regular file" ]
	done
	P2MLAB_DATA=no/such/dir run_split "$P2MLAB" run
	expect_status 2
	contains "$errors" "cannot read 'no/such/dir/scenarios': No such file or directory"
	P2MLAB_DATA=no/such/dir run_split "$P2MLAB" run ecam
	expect_status 2
	contains "$errors" "there are no scenarios in 'no/such/dir/scenarios'"
}

@test "a wrong option is no mistake of a scenario" {
	for verb in run check list; do
		refused "unknown platform 'nosuch'" "$P2MLAB" $verb t -P nosuch
		refused "no platform file 'no/such.yaml'" "$P2MLAB" $verb t -P no/such.yaml
		refused "unknown machine 'cortex-a58', did you mean 'cortex-a57'?" \
			"$P2MLAB" $verb t --machine cortex-a58
	done
	for option in strategy xen linux; do
		refused "option '--$option': no name given" "$P2MLAB" run t --$option ''
	done
	for filter in '' '!'; do
		refused "option '--filter': bad filter '$filter': there is nothing to match" \
			"$P2MLAB" run t -f "$filter"
	done
	for filter in '[' '!read[a' '[]' '[!]' 'x[[:alpha:]' '[\]'; do
		refused "option '--filter': bad filter '$filter': '[' has no ']'" \
			"$P2MLAB" run t -f "$filter"
	done
	filter=read\\
	refused "option '--filter': bad filter '$filter': nothing follows '${filter: -1}'" \
		"$P2MLAB" run t -f "$filter"
	for filter in '[r]ead*' '[]r]ead*' '[[:alpha:]]ead*' '[\]r]ead*' '\read*' '[!]]ead*'; do
		run_split "$P2MLAB" list t -f "$filter"
		expect_status 0
		[ "$(wc -l <<<"$output")" -eq 6 ]
	done
	run_split "$P2MLAB" run t -f '\[read*'
	expect_status 4
	for number in -1 1.5; do
		refused "option '--timeout': bad number '$number': must be a whole number, 0 or more" \
			"$P2MLAB" run t --timeout $number
	done
	refused "'list --what=metrics' takes no arguments: 'x'" "$P2MLAB" list --what=metrics x y
}

@test "no two outputs share a file, and none is a scenario" {
	ln -s results also
	cp t/read.yaml before
	refused "two outputs go to './results'" \
		"$P2MLAB" run t --report jsonl=results --events=./results
	[ ! -e results ]
	touch results
	refused "two outputs go to 'also'" "$P2MLAB" run t --report jsonl=results --report tap=also
	refused "two outputs go to 'results'" \
		"$P2MLAB" run t/read.yaml:c:xen=4.9 --events=results --trace text=results
	refused "the output 't/../t/read.yaml' is one of the scenarios" \
		"$P2MLAB" run t --report tap=t/../t/read.yaml
	cmp before t/read.yaml
	run_split "$P2MLAB" run t --report jsonl=/dev/null --events=/dev/null
	expect_status 0
}

@test "control characters of a scenario do not reach the terminal" {
	sed -i 's/^about:.*/about: "red \\e[31m \\a \\x7f \\u009b1m bär"/; s/tiny/"ti\\eny"/' t/read.yaml
	run_split "$P2MLAB" run t
	expect_status 0
	[ "$(head -n 1 <<<"$output")" = "read: red ?[31m ? ? ?1m bär" ]
	run_split "$P2MLAB" list t --what=scenarios
	[ "$output" = "read  red ?[31m ? ? ?1m bär" ]
	run_split "$P2MLAB" list t --what=tags
	contains "$output" "ti?ny"
	cat >>t/read.yaml <<-'END'
		regions:
		  - {name: "sp\e[1mare", base: 0x50000000, size: 4K, is: mmio}
	END
	sed -i 's/at: ecam0 + 0x8000/at: 0x50000000/' t/read.yaml
	run_split "$P2MLAB" run t -v
	contains "$output" "sp?[1mare"
	run_split "$P2MLAB" run t --report tap
	[[ $output != *$'\e'* ]]
}

@test "the example of the format's description passes as it is printed" {
	awk '/^```yaml/ { on = 1; next } /^```/ && on { exit } on' "$SOURCE_DIR/docs/SCENARIO.md" >example.yaml
	run_split "$P2MLAB" run example.yaml
	expect_status 0
	contains "$output" "18 passed, 0 failed"
}

@test "all scenarios of the project are valid" {
	run_split "$P2MLAB" check
	expect_status 0
	[ -z "$errors" ]
}

@test "every mistake is reported with its place and nothing runs" {
	cat >t/bad.yaml <<-END
		p2mlab: 1
		name: bad
		abuot: a misspelt key
		platform: lab
		steps:
		  - read: {at: ecam0, width: 3}
	END
	for verb in run check "list --what=permutations"; do
		# shellcheck disable=SC2086 # a verb and its option
		run_split "$P2MLAB" $verb t
		expect_status 3
		[ -z "$output" ]
		contains "$errors" "t/bad.yaml:3:1: error: unknown key 'abuot'"
		contains "$errors" "did you mean 'about'?"
		contains "$errors" "t/bad.yaml:6:"
	done
}

@test "two scenarios of one name are refused" {
	scenario t/again.yaml read 'none: [abort]'
	run_split "$P2MLAB" check t
	expect_status 3
	contains "$errors" "the name 'read' is already used by"
}

@test "a run that passes is a table and a summary" {
	run_split "$P2MLAB" run t
	expect_status 0
	[ -z "$errors" ]
	[ "$(head -n 1 <<<"$output")" = "read: reads a configuration register" ]
	[ "$(rows none)" = "all all pass abort" ]
	[ "$(rows b)" = "all all pass ok" ]
	[ "$(rows c)" = "all all pass ok" ]
	[ "$(tail -n 3 <<<"$output" | head -n 1 | cut -d ' ' -f 1)" = c ]
	[ "$(tail -n 1 <<<"$output")" = "6 passed, 0 failed" ]
	[ "$(wc -l <<<"$output")" -eq 7 ]
}

@test "what differs between the members of a row is printed from the least to the most" {
	run_split "$P2MLAB" run t -s none
	[ "$(grep -cE '^none .* [0-9]+-[0-9]+$' <<<"$output")" -eq 1 ]
	ranges=$(grep '^none ' <<<"$output" | awk '{ print $NF }')
	run_split "$P2MLAB" run t -s none -v
	cycles=$(awk '/^none .* pass / { print $NF }' <<<"$output" | sort -n | paste -sd-)
	[ "$ranges" = "$cycles" ]
}

@test "versions that came to something else have rows of their own" {
	run_split "$P2MLAB" run t -s b --xen 4.8,4.9,4.22 --linux 4.9,6.1
	expect_status 0
	[ "$(rows b)" = "4.8 4.9 4.22 4.9 6.1 pass ok" ]
	scenario t/xen.yaml xen 'none: [abort]'
	sed -i 's/strategy: none}/strategy: none, xen: "4.9"}/; s/"4.9", "4.22"/"4.8", "4.9", "4.22"/' t/xen.yaml
	run_split "$P2MLAB" run t/xen.yaml -s none
	expect_status 1
	[ "$(rows none)" = $'4.8 4.22 all FAIL abort\n4.9 all pass abort' ]
	[ "$(tail -n 1 <<<"$output")" = "1 passed, 2 failed" ]
	run_split "$P2MLAB" run t/xen.yaml -s none -q
	[ "$(rows none)" = "4.8 4.22 all FAIL abort" ]
	run_split "$P2MLAB" run t/xen.yaml -s none -v
	[ "$(rows none | head -n 3)" = $'4.8 6.1 FAIL abort\n4.9 6.1 pass abort\n4.22 6.1 FAIL abort' ]
}

@test "a failed expectation is exit 1, and its reproduce line replays it" {
	scenario t/wrong.yaml wrong 'none: []'
	run_split "$P2MLAB" run t
	expect_status 1
	contains "$output" "10 passed, 2 failed"
	contains "$errors" "t/wrong.yaml:"
	replay=$(grep -m 1 '^reproduce: p2mlab run ' <<<"$errors")
	[ "$replay" = "reproduce: p2mlab run t/wrong.yaml:none:xen=4.9:linux=6.1" ]
	run_split "$P2MLAB" run "${replay##* }"
	expect_status 1
	contains "$output" "0 passed, 1 failed"
}

@test "no output depends on the number of workers" {
	scenario t/wrong.yaml wrong 'b: [dma]'
	for jobs in 1 2 5; do
		"$P2MLAB" run t -j$jobs --report text=text.$jobs --report jsonl=jsonl.$jobs \
			--report tap=tap.$jobs --events=events.$jobs >stdout.$jobs 2>stderr.$jobs || true
	done
	for jobs in 2 5; do
		for kind in text jsonl tap events stdout stderr; do
			cmp $kind.1 $kind.$jobs
		done
	done
	[ -s stderr.1 ] && [ -s events.1 ] && cmp text.1 stdout.1
}

@test "jsonl and events are JSON, one object a line" {
	"$P2MLAB" run t --report jsonl=results --events=events >stdout
	python3 - <<-END
		import json
		lines = [json.loads(l) for l in open("results")]
		assert lines[0]["type"] == "header" and lines[0]["schema"] == "p2mlab.results/1", lines[0]
		results = [l for l in lines if l["type"] == "result"]
		assert len(results) == lines[0]["selected"] == 6
		assert lines[-1]["type"] == "summary" and lines[-1]["pass"] == 6, lines[-1]
		first = results[0]
		assert first["id"] == "read:none:xen=4.9:linux=6.1", first
		found = first["findings"]
		assert [f["code"] for f in found] == ["abort"] and found[0]["line"] == 9, found
		assert found[0]["insn"].startswith("ldr"), found
		assert first["metrics"]["injected"] == 1, first
		events = [json.loads(l) for l in open("events")]
		runs = [e["id"] for e in events if e.get("type") == "run"]
		assert runs == [r["id"] for r in results], runs
		assert "stage2_abort_inject" in [e.get("kind") for e in events]
	END
}

@test "ids, globs and tags select" {
	scenario t/other.yaml other 'none: [abort]'
	run_split "$P2MLAB" run -n t -s b,c --xen 4.22
	expect_status 0
	[ "$output" = "$(printf '%s\n' other:{b,c}:xen=4.22:linux=6.1 read:{b,c}:xen=4.22:linux=6.1)" ]
	run_split "$P2MLAB" run -n t -f 'read*' -f '!*:xen=4.9:*' -f '!*:b:*'
	[ "$output" = "$(printf '%s\n' read:{none,c}:xen=4.22:linux=6.1)" ]
	run_split "$P2MLAB" list t -f tag:other -s c --xen all --linux 4.9
	[ "$(wc -l <<<"$output")" -gt 1 ]
	run_split "$P2MLAB" run -n t/read.yaml:c:xen=4.9 t/read.yaml
	[ "$(head -n 1 <<<"$output")" = read:c:xen=4.9:linux=6.1 ]
	[ "$(wc -l <<<"$output")" -eq 6 ]
}

@test "a scenario of the project is found by its name" {
	name=$("$P2MLAB" list --what=scenarios | awk 'NR == 1 { print $1 }')
	run_split "$P2MLAB" run -n "$name"
	expect_status 0
	contains "$output" "$name:"
	run_split "$P2MLAB" run "$name-not"
	expect_status 2
	contains "$errors" "no file, directory or scenario is called '$name-not'"
}

@test "an empty selection is exit 4" {
	run_split "$P2MLAB" run t -f 'nothing*'
	expect_status 4
	contains "$errors" "nothing is selected"
}

@test "the cycle limit ends a permutation with exit 5" {
	run_split "$P2MLAB" run t/read.yaml:none:xen=4.22 --max-cycles 10
	expect_status 5
	contains "$output" " LIMIT "
	contains "$output" "0 passed, 0 failed, 1 over the cycle limit"
	contains "$errors" "reproduce: p2mlab run t/read.yaml:none:xen=4.22:linux=6.1 --max-cycles 10"
}

@test "the time limit ends a permutation with exit 5" {
	endless t/endless.yaml
	run_split "$P2MLAB" run t --timeout 1 -f '!*:xen=4.9:*'
	expect_status 5
	contains "$output" " TIMEOUT "
	contains "$output" "3 passed, 0 failed, 1 timed out"
	contains "$errors" "reproduce: p2mlab run t/endless.yaml:none:xen=4.22:linux=6.1 --timeout 1"
}

@test "an interrupt keeps what was finished and is exit 130" {
	endless t/zendless.yaml
	for signal in TERM HUP; do
		rm -f results
		"$P2MLAB" run t -j1 --report jsonl=results >stdout 2>stderr &
		pid=$!
		wait_for_results 6
		kill -$signal $pid
		wait_split $pid
		expect_status 130
		contains "$output" "6 passed, 0 failed, 1 not run (interrupted)"
		contains "$(tail -n 1 results)" '"run":6,'
		contains "$(tail -n 1 results)" '"interrupted":true'
	done
}

@test "a hangup that is ignored stays ignored" {
	endless t/zendless.yaml
	(
		trap '' HUP
		exec "$P2MLAB" run t -j1 --timeout 2 --report jsonl=results
	) >stdout 2>stderr &
	pid=$!
	wait_for_results 6
	kill -HUP $pid
	wait_split $pid
	expect_status 5
	contains "$output$(tail -n 1 results)" '"interrupted":false'
}

@test "workers die with a run that is killed" {
	endless t/endless.yaml
	"$P2MLAB" run t/endless.yaml -j1 >stdout 2>stderr 3>&- &
	pid=$!
	worker=$(wait_for_worker $pid)
	kill -KILL $pid
	wait_split $pid
	wait_for_end "$worker"
}

@test "an engine that finds no memory is an error, not a crash" {
	nm "$P2MLAB" 2>/dev/null | grep -q __asan_init && skip "the sanitizer needs the address space"
	status=0
	(
		ulimit -v 400000
		exec "$P2MLAB" run t/read.yaml:none:xen=4.9 >stdout 2>stderr
	) || status=$?
	read_back
	expect_status 70
	contains "$output" "0 passed, 0 failed, 1 in error"
	contains "$errors" "read:none:xen=4.9:linux=6.1: ERROR: no memory for the engine"
}

@test "a file over the size limit is reported like a full disk" {
	status=0
	(
		# what a coverage build writes at exit would be cut short too
		export GCOV_PREFIX=$BATS_TEST_TMPDIR/gcov
		ulimit -f 1
		exec "$P2MLAB" run t --report jsonl=results --events=events >stdout 2>stderr
	) || status=$?
	read_back
	expect_status 1
	contains "$output" "6 passed, 0 failed"
	contains "$errors" "cannot write 'events': File too large"
}

@test "a worker that dies takes one permutation along and is exit 70" {
	endless t/endless.yaml
	"$P2MLAB" run t -j1 >stdout 2>stderr &
	pid=$!
	worker=$(wait_for_worker $pid)
	kill -KILL "$worker"
	wait_split $pid
	expect_status 70
	contains "$output" " CRASH "
	contains "$output" "6 passed, 0 failed, 1 crashed"
	contains "$errors" "endless:none:xen=4.22:linux=6.1: CRASH: signal 9 (Killed)"
}

@test "a full disk is reported and the other outputs go on" {
	run_split "$P2MLAB" run t --report jsonl=/dev/full
	expect_status 1
	contains "$output" "6 passed, 0 failed"
	[ "$errors" = "p2mlab: error: cannot write '/dev/full': No space left on device" ]
	run_split "$P2MLAB" run t --events=/dev/full --report tap
	expect_status 1
	contains "$errors" "cannot write '/dev/full': No space left on device"
	[ "$(grep -c '^ok ' <<<"$output")" -eq 6 ]
	for verb in run check list help --version; do
		status=0
		"$P2MLAB" $verb >/dev/full 2>stderr || status=$?
		expect_status 1
		contains "$(<stderr)" "cannot write 'stdout': No space left on device"
	done
}

@test "a closed pipe is reported and what was finished is kept" {
	status=0
	{
		"$P2MLAB" run t --report jsonl=results 2>stderr || echo $? >code
	} | true
	[ "$(<code)" -eq 1 ]
	contains "$(<stderr)" "cannot write 'stdout': Broken pipe"
	[ "$(grep -c '"outcome":"pass"' results)" -eq 6 ]
	status=0
	"$P2MLAB" run t >&- 2>stderr || status=$?
	expect_status 1
	contains "$(<stderr)" "cannot write 'stdout': Bad file descriptor"
}

@test "an output that cannot be opened stops the run before it starts" {
	run_split "$P2MLAB" run t --report jsonl=no/such/dir
	expect_status 1
	[ -z "$output" ]
	contains "$errors" "cannot write 'no/such/dir': No such file or directory"
}

@test "only one output goes to stdout" {
	run_split "$P2MLAB" run t --report jsonl --events
	expect_status 2
	contains "$errors" "more than one output goes to the standard output"
	run_split "$P2MLAB" run t --events
	expect_status 0
	[ "$(grep -vc '^{' <<<"$output")" -eq 0 ]
}

@test "a trace needs one permutation and has a line per instruction" {
	run_split "$P2MLAB" run t --trace text
	expect_status 2
	contains "$errors" "--trace needs exactly one permutation, 6 are selected"
	run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 --trace text=trace
	expect_status 0
	contains "$output" "1 passed, 0 failed"
	[ "$(grep -vcE '^[0-9a-f]{16}  [0-9a-f]{8}  [a-z.]' trace)" -eq 0 ]
	grep -qE '  ldr w' trace
	run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 --trace text
	[ "$output" = "$(<trace)" ]
}

@test "- is the standard output, and no file" {
	for option in --trace=text --events --report=jsonl; do
		run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 "$option=-"
		expect_status 0
		cp stdout dash
		run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 "$option"
		cmp stdout dash
		[ ! -e ./- ]
	done
	refused "more than one output goes to the standard output" \
		"$P2MLAB" run t/read.yaml:c:xen=4.22 --events=- --report text=-
}

@test "a casemate trace has a record per line, counted from 0" {
	run_split "$P2MLAB" run t --trace casemate
	expect_status 2
	contains "$errors" "--trace needs exactly one permutation, 6 are selected"
	run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 --trace casemate=trace
	expect_status 0
	contains "$output" "1 passed, 0 failed"
	[ "$(grep -vcE '^\([a-z-]+ \(id [0-9]+\) \(tid 0\) .*\(src "sim/[a-z0-9_]+\.c:[0-9]+"\)\)$' trace)" -eq 0 ]
	[ "$(sed 's/.*(id \([0-9]*\)).*/\1/' trace)" = "$(seq 0 $(($(wc -l <trace) - 1)))" ]
	head -n 1 trace | grep -q '^(sysreg-write (id 0) (tid 0) (sysreg vtcr_el2) '
	for kind in mem-init hint mem-write barrier tlbi lock unlock; do
		grep -q "^($kind " trace
	done
	run_split "$P2MLAB" run t/read.yaml:c:xen=4.22 --trace casemate
	[ "$output" = "$(<trace)" ]
	refused "option '--trace': unknown value 'casmate', did you mean 'casemate'?" \
		"$P2MLAB" run t/read.yaml:c:xen=4.22 --trace casmate
	refused "option '--trace': no path after '='" \
		"$P2MLAB" run t/read.yaml:c:xen=4.22 --trace casemate=
}

@test "an oracle changes nothing but what a disagreement ends" {
	run_split "$P2MLAB" run t --report jsonl
	expect_status 0
	mv stdout without
	for oracle in none naive; do
		run_split "$P2MLAB" run t --report jsonl --oracle $oracle
		expect_status 0
		cmp without stdout
	done
	refused "option '--oracle': unknown value 'naiv', did you mean 'naive'? (one of none, naive, qemu)" \
		"$P2MLAB" run t --oracle naiv
	scenario t/wrong.yaml wrong 'none: []'
	run_split "$P2MLAB" run t/wrong.yaml:none --oracle naive
	expect_status 1
	contains "$errors" ":xen=4.9:linux=6.1 --oracle naive"
}

@test "fail-fast stops at the same permutation for any number of workers" {
	scenario t/wrong.yaml wrong 'none: []'
	for jobs in 1 4; do
		run_split "$P2MLAB" run t -x -j$jobs
		expect_status 1
		echo "$output" >fast.$jobs
		contains "$output" "6 passed, 1 failed, 5 not run"
	done
	cmp fast.1 fast.4
}

@test "quiet shows what did not pass, verbose every permutation and finding" {
	run_split "$P2MLAB" run t -q
	[ "$output" = "6 passed, 0 failed" ]
	run_split "$P2MLAB" run t -v
	contains "$output" "instruction"
	[ "$(grep -c ' pass ' <<<"$output")" -eq 6 ]
	[ "$(grep -c ': ldr w' <<<"$output")" -eq 2 ]
}

@test "colour follows the option, then the environment" {
	escape=$'\x1b['
	run_split "$P2MLAB" run t
	[[ $output != *"$escape"* ]]
	FORCE_COLOR=1 run_split "$P2MLAB" run t
	contains "$output" "$escape"
	NO_COLOR=1 FORCE_COLOR=1 run_split "$P2MLAB" run t
	[[ $output != *"$escape"* ]]
	NO_COLOR=1 run_split "$P2MLAB" run t --color always
	contains "$output" "$escape"
	P2MLAB_COLOR=always run_split "$P2MLAB" run t
	contains "$output" "$escape"
	P2MLAB_COLOR=always run_split "$P2MLAB" run t --color=never
	[[ $output != *"$escape"* ]]
	run_split "$P2MLAB" run t --color always --report text=file
	[[ $(<file) != *"$escape"* ]]
}

@test "options are read from the environment too" {
	P2MLAB_JOBS=none run_split "$P2MLAB" run t
	expect_status 2
	contains "$errors" "environment variable 'P2MLAB_JOBS': bad number 'none'"
	P2MLAB_DATA=$BATS_TEST_TMPDIR run_split "$P2MLAB" run t
	expect_status 3
}

@test "a Xen that builds no Dom0 passes where expected and is skipped where only asked for" {
	{
		scenario /dev/stdout spcr 'none: []' | sed 's/, "4.22"\]/]/; /^platform:/d; /^expect:/,$d'
		printf 'platform:\n'
		sed '/^#/d; /^spcr:/d; /{sig: SPCR/d; s/^/  /' "$SOURCE_DIR/platforms/lab.yaml"
		printf 'expect:\n  - {no_dom0: true}\n'
	} >t/spcr.yaml
	run_split "$P2MLAB" run t/spcr.yaml
	expect_status 0
	[ "$(grep -c ' no-dom0 ' <<<"$output")" -eq 3 ]
	contains "$output" "3 passed, 0 failed"
	run_split "$P2MLAB" run t/spcr.yaml --xen 4.8
	expect_status 77
	contains "$output" "0 passed, 0 failed, 3 skipped"
}

@test "list shows the words that scenarios use" {
	for what in strategies findings metrics xen linux steps tags scenarios; do
		run_split "$P2MLAB" list --what=$what
		expect_status 0
		[ -n "$output" ]
	done
	run_split "$P2MLAB" list --what=findings
	[ "$(wc -l <<<"$output")" -eq 10 ]
	run_split "$P2MLAB" list --what=steps
	[ "$(grep -cE '^[a-z]+ +[A-Za-z]' <<<"$output")" -eq 14 ]
	contains "$output" "read       Dom0's CPU reads"
	run_split "$P2MLAB" list --what=strategies
	contains "$output" "notifier"
	run_split "$P2MLAB" list t --what=tags
	[ "$(awk '{ print $1 }' <<<"$output")" = "$(printf 'tiny\nread')" ]
}
