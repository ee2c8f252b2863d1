#!/bin/sh
set -e

# The exporter is started by whoever wants it; one that runs already goes on with the new executable.
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
  if [ -n "$2" ]; then
    systemctl try-restart torchserve-check-exporter.service >/dev/null || true
  fi
fi
