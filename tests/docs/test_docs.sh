# The files that are made from tables are the ones that the tables make: else `make docs`.
set -u
: "${RIPTIDE:?the program}" "${DOCGEN:?the printer of tables}" "${SOURCE:?the source folder}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/docs"
"$SOURCE/tools/make-docs" "$RIPTIDE" "$DOCGEN" "$work/docs" || exit 1
bad=0
for page in "$work"/docs/* "$work"/examples/*; do
    diff -u "$SOURCE/${page#"$work"/}" "$page" || bad=1
done
[ "$bad" = 0 ] || echo "run make docs"
exit "$bad"
