# The systemd unit: systemd can read it, the exposure that it computes is low, and what docs and
# comments promise is there.
set -u
: "${SOURCE:?the source folder}" "${RIPTIDE:?the program}"
if ! command -v systemd-analyze >/dev/null; then
    echo "skipped: systemd-analyze is not installed"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|^ExecStart=[^ ]*|ExecStart=$RIPTIDE|" "$SOURCE/deploy/riptide.service" >"$work/riptide.service"
bad=0
cp "$SOURCE/deploy/riptide.socket" "$work/"
findings=$(systemd-analyze verify --man=no "$work/riptide.service" "$work/riptide.socket" 2>&1) || bad=1
[ -z "$findings" ] || { echo "$findings"; bad=1; }

# What the documents promise of it.
for line in Type=notify DynamicUser=yes CacheDirectory=riptide NoNewPrivileges=yes ProtectSystem=strict \
    SystemCallFilter=@system-service MemoryDenyWriteExecute=no KillMode=mixed; do
    grep -qx "$line" "$work/riptide.service" || { echo "the unit lacks $line"; bad=1; }
done
# --offline came with systemd 250; a threshold of 2.0 out of 10.
if systemd-analyze --help | grep -q -- --offline; then
    systemd-analyze security --offline=yes --threshold=20 --no-pager "$work/riptide.service" >"$work/report" ||
        { tail -1 "$work/report"; bad=1; }
fi
exit "$bad"
