# Completion scripts: what bash offers where, and that the other shells can read theirs.
. "$(dirname "$0")/lib.sh"

for shell in bash zsh fish; do
    run "$RIPTIDE" completion "$shell"
    expect_code 0
    expect_no_err
    cp out "script.$shell"
    if command -v "$shell" >/dev/null; then
        run "$shell" -n "script.$shell"
        expect_code 0
        expect_no_err
    fi
done
run "$RIPTIDE" completion
expect_code 2
expect_err "^riptide completion: shell '': expected bash, zsh or fish$"
run "$RIPTIDE" completion csh
expect_code 2
expect_no_out
run "$RIPTIDE" completion bash zsh
expect_code 2

. ./script.bash
run true
# offered WORD...: what bash would offer for the last word, sorted, in $got
offered() {
    COMP_WORDS=(riptide "$@")
    COMP_CWORD=$#
    _riptide
    ran="completion of: $*"
    got=$(printf '%s\n' "${COMPREPLY[@]}" | sed 's/ *$//' | sort | paste -sd" ")
}
expect_offer() { check "to be offered: $1, not: $got" [ "$got" = "$1" ]; }
offers() {  # offers WORD...: each is among what is offered
    local word
    for word; do check "to be offered: $word, not: $got" grep -qxF -- "$word" <(tr " " "\n" <<<"$got"); done
}

# every command of the help, and every option of each
commands=$("$RIPTIDE" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
check "several commands" [ "$(wc -w <<<"$commands")" -ge 8 ]
offered ''
offers $commands --help --version
for command in $commands; do
    offered "$command" -
    options=$("$RIPTIDE" help "$command" | grep -oE '^ +(-[a-z], )?--[a-z-]+' | tr -d ' ' | tr , '\n')
    check "options of $command" [ -n "$options" ]
    offers $options
    check "nothing but the options of $command: $got" [ "$(wc -w <<<"$got")" -eq "$(wc -w <<<"$options")" ]
done
offered he
expect_offer help
offered extract --str
expect_offer ''
offered extract --st
expect_offer --stats

# values
offered extract --format ''
expect_offer 'json md text'
offered extract -f j
expect_offer json
offered extract --format = t            # bash parts words at "="
expect_offer text
offered extract --format =
expect_offer 'json md text'
offered extract --mode c
expect_offer custom
offered extract --url h
expect_offer ''
offered completion ''
expect_offer 'bash fish zsh'
offered help ext
expect_offer extract
offered extract --set RIPTIDE_WASM_TIMEOUT
expect_offer RIPTIDE_WASM_TIMEOUT_SECS=
offered extract --set ''
check "every setting to be offered" [ "$(wc -w <<<"$got")" -eq "$("$RIPTIDE" completion fish | grep -oE '\bRIPTIDE_[A-Z_]+=' | sort -u | wc -l)" ]

# files, in arguments and where an option wants one
mkdir folder
touch folder/page.html folder/other.txt 'folder/two words.html'
offered extract folder/p
expect_offer folder/page.html
offered batch --output folder/o
expect_offer folder/other.txt
offered extract folder/two
check "a name with a blank as one word" [ "${COMPREPLY[*]}" = 'folder/two words.html' ]
offered version fol
expect_offer ''

# fish says what it would offer without a terminal
if command -v fish >/dev/null; then
    fish_offers() {     # LINE WORD...: exactly these
        ran="fish: completion of: $1"
        got=$(fish --no-config -c "source script.fish; complete -C '$1'" 2>err | cut -f1 | sort | paste -sd' ')
        shift
        expect_offer "$*"
    }
    fish_offers 'riptide completi' completion
    fish_offers 'riptide extract --format ' json md text
    fish_offers 'riptide extract --stat' --stats
    fish_offers 'riptide version --stat'
    fish_offers 'riptide help ext' extract
    fish_offers 'riptide batch --set RIPTIDE_WASM_TIMEOUT' RIPTIDE_WASM_TIMEOUT_SECS=
    fish_offers 'riptide extract folder/p' folder/page.html
fi

done_testing
