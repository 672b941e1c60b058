#!/usr/bin/env bash
# The engines that test/engines/ proves the exports on, as they are published: `install.sh FOLDER`. Debian's packages go to the machine,
# everything else to the folder. What is there is not installed again.
set -euo pipefail

to=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$to/bin"

install_packages() {
  local missing=() package
  for package in podman runc iptables catatonit netavark aardvark-dns docker-compose debootstrap systemd python3-venv iproute2; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" > /dev/null
}

# Unpacked only: installed it would be started with the machine.
unpack_docker() {
  if [ -x "$to/docker/usr/sbin/dockerd" ]; then return; fi
  mkdir -p "$to/packages"
  (cd "$to/packages" && apt-get download -qq -o APT::Sandbox::User=root docker.io containerd tini)
  local package
  for package in "$to"/packages/*.deb; do dpkg-deb -x "$package" "$to/docker"; done
}

install_python_programs() {
  if [ -x "$to/python/bin/podman-compose" ]; then return; fi
  python3 -m venv "$to/python"
  "$to/python/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0 podman-compose==1.6.0
}

build_go_programs() {
  (cd "$here/nomad-job" && go build -o "$to/bin/nomad-job" .)
  if [ -x "$to/bin/docker-compose" ]; then return; fi
  # It asks for other versions of its modules than it was published with, so `go install` refuses it.
  mkdir -p "$to/compose" && cd "$to/compose"
  [ -e go.mod ] || go mod init compose 2> /dev/null
  go get -tool github.com/docker/compose/v2/cmd@v2.40.3 2> /dev/null
  go build -o "$to/bin/docker-compose" github.com/docker/compose/v2/cmd
  cd "$to"
}

# What the Dockerfiles begin with, as no registry of images is reached: Debian with the Node and the user that are in the published one.
make_node_image() {
  local rootfs=$to/rootfs
  if [ -e "$to/node-image.tar" ]; then return; fi
  rm -rf "$rootfs"
  debootstrap --variant=minbase bookworm "$rootfs" > "$to/debootstrap.log"
  npm install --loglevel=error --no-audit --no-fund --no-save --prefix "$to/node" "node-linux-$(node -p process.arch)@22"
  cp "$to"/node/node_modules/node-linux-*/bin/node "$rootfs/usr/local/bin/node"
  chroot "$rootfs" /usr/sbin/useradd --uid 1000 --create-home node
  rm -rf "$rootfs"/var/cache/apt "$rootfs"/var/lib/apt/lists
  tar -C "$rootfs" -cf "$to/node-image.tar.part" .
  mv "$to/node-image.tar.part" "$to/node-image.tar"
  rm -rf "$rootfs"
}

install_packages
unpack_docker
install_python_programs
build_go_programs
make_node_image
