"use client";

import { useConsent } from "placet/next";

export function Status() {
  const { choice, allowed, allows } = useConsent();
  const status = { granted: choice?.granted ?? null, allowed, survey: allows("survey") };
  return <output id="status">{JSON.stringify(status)}</output>;
}
