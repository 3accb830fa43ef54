/** Who says what in a receipt: the same table as app/core/fields.py, in the order in which a reader is shown it. */

export const CLAIMED =
  "id previous method trusted choices trackers layer layout viewport scheme equality shown_at decided_at taken_over".split(
    " ",
  );
export const CHECKED = "config notice widget".split(" ");
export const KNOWN = "v site subject nonce event regime jurisdiction gpc received_at expires_at clock attested".split(
  " ",
);
