# The pages of docs/ that are made from tables are the ones that the tables make: else `make docs`.
set -u
: "${RIPTIDE:?the program}" "${DOCGEN:?the printer of tables}" "${SOURCE:?the source folder}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$SOURCE/tools/make-docs" "$RIPTIDE" "$DOCGEN" "$work" || exit 1
bad=0
for page in "$work"/*; do
    diff -u "$SOURCE/docs/${page##*/}" "$page" || bad=1
done
[ "$bad" = 0 ] || echo "run make docs"
exit "$bad"
