#!/bin/sh
set -e

if [ "$1" = remove ]; then
  if [ -d /run/systemd/system ]; then
    systemctl stop torchserve-check-exporter.service >/dev/null || true
  fi
  if command -v systemctl >/dev/null; then
    systemctl --no-reload disable torchserve-check-exporter.service >/dev/null 2>&1 || true
  fi
fi
