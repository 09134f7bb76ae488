#!/usr/bin/env bash
# test.sh [project ...]: builds, runs every test project (or those named, as in Farm.Tests) one after the other, and sums
# up. The last line is exactly "N passed, N failed"; a project that ends without a result, or without having run a test, counts as one failure.
# A test that fails beside the others and passes when it is run once more by itself is printed as unsteady: a busy machine, or a
# race to be found. It counts as passed, up to UNSTEADY of them in all; more are failures.
set -uo pipefail
. "$(dirname "$0")/common.sh"

finish() {
    say "$1 passed, $2 failed"
    [ "$2" -eq 0 ]
    exit
}

if ! { eng/setup.sh test && eng/build.sh; }; then
    finish 0 1
fi

results=$ROOT/.run/test
rm -rf "$results"
mkdir -p "$results"
[ $# -gt 0 ] || set -- $(cd tests && for project in */*.csproj; do case $project in Support/*) ;; *) dirname "$project" ;; esac; done) Functional:Sockets

UNSTEADY=3
passed=0 failed=0 broken=() unsteady=()

# again PROJECT TRX FILTER TEST ...: runs those tests once more by themselves; true when all of them pass.
again() {
    local project=$1 trx=$2 only=$3 names=() count
    shift 3
    names=("${@%%(*}")
    only="(${only:-FullyQualifiedName!=none})&($(printf '|FullyQualifiedName=%s' "${names[@]}" | cut -c2-))"
    timeout 600 dotnet test "tests/$project" --no-build -c "$CONFIGURATION" -v q --filter "$only" \
        --logger "trx;LogFileName=$trx" --results-directory "$results" >"${trx%.trx}.log" 2>&1 || return
    count=$(sed -n 's/.*<Counters .* passed="\([0-9]*\)".*/\1/p' "$trx")
    [ "${count:-0}" -ge $# ]
}

# "Project:Transport" runs a project with its gateways on that transport instead of the default.
for name in "$@"; do
    project=${name%%:*}
    export WEIR_TEST_TRANSPORT=${name#"$project"}
    WEIR_TEST_TRANSPORT=${WEIR_TEST_TRANSPORT#:}
    trx=$results/${name/:/-}.trx
    say "== $name"
    filter=
    # What no byte of the transport passes through runs once.
    [ -z "$WEIR_TEST_TRANSPORT" ] || filter="FullyQualifiedName!~Tuning&FullyQualifiedName!~Firewall&FullyQualifiedName!~ModEvasive&FullyQualifiedName!~Functional.State&FullyQualifiedName!~MakeRun&FullyQualifiedName!~TestScript&FullyQualifiedName!~ApacheServerTests&FullyQualifiedName!~Functional.Edge"
    timeout 1500 dotnet test "tests/$project" --no-build -c "$CONFIGURATION" -v q ${filter:+--filter "$filter"} \
        --logger "trx;LogFileName=$trx" --results-directory "$results" >"$results/${name/:/-}.log" 2>&1
    code=$?
    ok=0 bad=0 now=()
    if [ -s "$trx" ]; then
        counters=$(grep -o '<Counters [^>]*' "$trx")
        ok=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
        bad=$(sed -n 's/.* failed="\([0-9]*\)".*/\1/p' <<<"$counters")
        ok=${ok:-0} bad=${bad:-0}
        while IFS= read -r test; do
            [ -n "$test" ] && now+=("$test")
        done < <(grep '<UnitTestResult .*outcome="Failed"' "$trx" | sed 's/.* testName="\([^"]*\)".*/\1/; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g')
    fi
    if [ "$code" -ne 0 ]; then
        cat "$results/${name/:/-}.log"
        if [ "$bad" -eq 0 ]; then
            bad=1
            broken+=("$name ended with $code and without a failed test")
        fi
    fi
    if [ ${#now[@]} -gt 0 ]; then
        if [ "$bad" -eq ${#now[@]} ] && [ $((${#unsteady[@]} + bad)) -le "$UNSTEADY" ] && again "$project" "${trx%.trx}-again.trx" "$filter" "${now[@]}"; then
            unsteady+=("${now[@]}")
            ok=$((ok + bad)) bad=0
        else
            broken+=("${now[@]}")
        fi
    fi
    if [ $((ok + bad)) -eq 0 ]; then
        bad=1
        broken+=("$name ran no test")
    fi
    say "   $ok passed, $bad failed"
    passed=$((passed + ok)) failed=$((failed + bad))
done

if [ ${#unsteady[@]} -gt 0 ]; then
    say "Unsteady: failed beside the others, passed by itself:"
    printf '  %s\n' "${unsteady[@]}"
fi
if [ ${#broken[@]} -gt 0 ]; then
    say "Failed:"
    printf '  %s\n' "${broken[@]}"
fi
finish "$passed" "$failed"
