# The README shows what the program says today.
set -u
: "${RIPTIDE:?the program}" "${SOURCE:?the source folder}"
said=$("$RIPTIDE" extract "$SOURCE/examples/tides.html" --url https://tides.example/how-tides-work) || exit 1
readme=$(cat "$SOURCE/README.md")
if [[ -z $said || $readme != *"$said"* ]]; then
    echo "README.md does not show what \`make try\` prints:"
    echo "$said"
    exit 1
fi
