#!/bin/sh
set -e

if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
# What users put beside the exporter's configuration, such as secrets, goes with a purge only.
if [ "$1" = purge ]; then
  rm -f /etc/torchserve-check/exporter.env
  rmdir --ignore-fail-on-non-empty /etc/torchserve-check 2>/dev/null || true
fi
