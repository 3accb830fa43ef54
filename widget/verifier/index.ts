export { canVerify, unreadable, verify } from "./verify";
export { openZip } from "./zip";
