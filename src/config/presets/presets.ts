import type { Preset } from '../preset.ts';
import { cloudflared } from './cloudflared.ts';
import { node } from './node.ts';
import { omnirouteMitm } from './omniroute-mitm.ts';
import { omnirouteServer } from './omniroute-server.ts';
import { tailscaleFunnel } from './tailscale-funnel.ts';
import { tailscaled } from './tailscaled.ts';

/** Every preset by the name that `uses:` says. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  [omnirouteServer.name]: omnirouteServer,
  [omnirouteMitm.name]: omnirouteMitm,
  [cloudflared.name]: cloudflared,
  [tailscaled.name]: tailscaled,
  [tailscaleFunnel.name]: tailscaleFunnel,
  [node.name]: node,
};
