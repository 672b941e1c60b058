/** Both programs, `tailscale` and `tailscaled`, come with it. */
export const INSTALL_TAILSCALE =
  'Install Tailscale: `curl -fsSL https://tailscale.com/install.sh | sh` on Linux, `brew install tailscale` on macOS; ' +
  'or put the folder of `tailscale` and `tailscaled` on PATH.';
