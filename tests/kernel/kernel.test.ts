/**
 * What systemd-nspawn hides: the same Droplet, with all that was installed on it, on Debian's own kernel. It was
 * rebooted once, from inside. One file, so that its parts share one machine and the agent's one turn.
 */
import "./promises/boot.ts";
import "./promises/packet-filter.ts";
import "./promises/container.ts";
import "./promises/limits.ts";
