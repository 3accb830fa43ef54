/** What tests need of the verifier. */

export { canVerify, unreadable, verify } from "../verifier/verify";
export { openZip } from "../verifier/zip";
