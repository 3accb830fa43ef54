// @vitest-environment node
/** The verifier's own readers, against the vectors of the standards: zip, RFC 6962, C2SP notes, RFC 8785, FIPS 180-4. */

import { createHash, randomBytes } from "node:crypto";
import { type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  base64Bytes,
  base64Text,
  base64urlBytes,
  base64urlText,
  hexOf,
  textOf,
  Unreadable,
  utf8,
} from "../verifier/bytes";
import { canonicalText, isCanonical, parseJson } from "../verifier/json";
import { parseLine } from "../verifier/lines";
import { Frontier } from "../verifier/merkle";
import { cosignedAt, openCheckpoint, openNote, parseVkey, parseVkeys, under } from "../verifier/note";
import { splitNotes } from "../verifier/page";
import { Sha256, sha256 } from "../verifier/sha256";
import { canVerify } from "../verifier/verify";
import { openFiles, openZip, type Source } from "../verifier/zip";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

async function contentOf(source: Source, name: string): Promise<string> {
  let text = "";
  for await (const chunk of source.chunks(name)) text += textOf(chunk);
  return text;
}

describe("SHA-256", () => {
  it("is node's for every length around a block, in any pieces", () => {
    const data = randomBytes(300);
    for (let size = 0; size <= 300; size++) {
      const part = data.subarray(0, size);
      const wanted = createHash("sha256").update(part).digest("hex");
      expect(hexOf(sha256(part))).toBe(wanted);
      const cut = size % 67;
      expect(hexOf(new Sha256().update(part.subarray(0, cut)).update(part.subarray(cut)).digest())).toBe(wanted);
    }
  });

  it("is held against WebCrypto before anything is verified", async () => {
    expect(await canVerify()).toBe(true);
  });
});

describe("RFC 6962", () => {
  // The classic tree of eight entries (certificate-transparency, transparency-dev/merkle).
  const ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];

  it("gives the root of each size", () => {
    const frontier = new Frontier();
    for (const [size, root] of ROOTS.entries()) {
      expect(frontier.size).toBe(size);
      expect(hexOf(frontier.root())).toBe(root);
      if (size < ENTRIES.length) frontier.append(bytes(ENTRIES[size]!));
    }
  });
});

describe("C2SP signed-note", () => {
  const VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const LINE =
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
  const NOTE = `This is an example message.\n\n${LINE}`;

  it("opens the standard's example", async () => {
    const opened = await openNote(NOTE, await parseVkeys(`${VKEY}\n`));
    expect(opened).toEqual({ text: "This is an example message.\n", signers: [VKEY] });
  });

  it("passes unknown keys over", async () => {
    const unknown = `— another.example/key ${base64Text(new Uint8Array(68))}\n`;
    expect((await openNote(`${NOTE}${unknown}`, await parseVkeys(VKEY))).signers).toEqual([VKEY]);
  });

  it.each([
    ["another text", NOTE.replace("example message", "other message")],
    ["no signature", "This is an example message.\n\n"],
    ["no empty line", `This is an example message.\n${LINE}`],
    ["an unfinished line", NOTE.trimEnd()],
    ["a control character", NOTE.replace("message", "mess\u0007age")],
    ["a carriage return", NOTE.replaceAll("\n", "\r\n")],
    ["half a character", NOTE.replace("message", "\ud800")],
    ["another mark", NOTE.replace("—", "-")],
    ["base64 in another form", NOTE.replace("yaQM=", "yaQN=")],
    ["too many signatures", NOTE + LINE.repeat(100)],
  ])("refuses %s", async (_, note) => {
    await expect(openNote(note, await parseVkeys(VKEY))).rejects.toThrow();
  });

  it.each(["", "a+b", VKEY.replace("530d903a", "530d903b"), VKEY.replace("foo", "bar"), VKEY.replace("+Ae", "+Be")])(
    "refuses the verifier key %s",
    async (line) => {
      await expect(parseVkey(line)).rejects.toThrow();
    },
  );

  it("knows a key under another name", async () => {
    const key = under(under(await parseVkey(VKEY), "another.example/name"), "example.com/foo");
    expect(key.line).toBe(VKEY);
  });
});

describe("C2SP tlog-checkpoint and tlog-cosignature", () => {
  const LOG = "consent.example/log+deb5ad86+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
  const WITNESS = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
  const CHECKPOINT = `consent.example/log
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— consent.example/log 3rWthkkQonGBm+Bt/giM6wbCiTsTooRsfJONGAym9kaLEkJM3hNy3ye2eiAuRCUucOgVUik02Kpa0TkMsJcxoiJibwI=
— witness.example/w1 IDJKvgAAAABpVbkArhwVVapx3S4RVgAbULTiRdcPILFq2Nl5JA76tbDBu8WxTGRYaQrNRHb1UjF7D8LC34eqKlfg6wTlnyiTAWSfBw==
`;

  it("opens a checkpoint", async () => {
    const { origin, size, root, signers } = await openCheckpoint(CHECKPOINT, await parseVkeys(LOG));
    expect([origin, size, hexOf(root)]).toEqual([
      "consent.example/log",
      8,
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]);
    expect(signers).toEqual([LOG]);
  });

  it("says when a witness cosigned it", async () => {
    expect(await cosignedAt(CHECKPOINT, await parseVkey(WITNESS, [4]))).toBe(1767225600);
  });

  it("tells that it did not, from that its signature is false", async () => {
    const witness = await parseVkey(WITNESS, [4]);
    const [, cosignature] = CHECKPOINT.split(/(?<=\n)(?=— witness)/);
    expect(await cosignedAt(CHECKPOINT.replace(cosignature!, ""), witness)).toBe(null);
    await expect(cosignedAt(CHECKPOINT.replace("\n8\n", "\n9\n"), witness)).rejects.toThrow("does not match");
  });

  it("takes a witness's key for no log's, nor the other way round", async () => {
    await expect(parseVkey(WITNESS)).rejects.toThrow();
    await expect(parseVkey(LOG, [4])).rejects.toThrow();
  });

  it("is found among others that were pasted", () => {
    const pasted = `${CHECKPOINT.replaceAll("\n", "\r\n")}\n\n  ${CHECKPOINT.trim()}`;
    expect(splitNotes(pasted)).toEqual([CHECKPOINT, CHECKPOINT]);
    expect(splitNotes(" \n")).toEqual([]);
    expect(splitNotes("nonsense")).toEqual(["nonsense"]);
  });
});

describe("RFC 8785", () => {
  it("writes names by UTF-16 code units, and numbers and texts as ECMAScript does", () => {
    const value = JSON.parse(
      '{"\u20ac":1e21,"\\r":0.1,"\ufb33":"\\u000f","1":[true,null],"\ud83c\udf6a":{"b":2,"a":1},"":-0}',
    );
    expect(canonicalText(value)).toBe(
      '{"":0,"\\r":0.1,"1":[true,null],"\u20ac":1e+21,"\ud83c\udf6a":{"a":1,"b":2},"\ufb33":"\\u000f"}',
    );
  });

  it.each([
    ['{"a":1,"b":2}', true],
    ['{"10":1,"9":2}', true],
    ['{"9":2,"10":1}', false],
    ['{"b":2,"a":1}', false],
    ['{"a":1,"a":1}', false],
    ['{"a": 1}', false],
    ["1.0", false],
    ["9007199254740993", false],
    ['"\\u0041"', false],
    ['"\\ud800"', false],
    ['"\\\\ud800"', true],
    ["[[[]]]", true],
  ])("knows %s", (text, is) => {
    expect(isCanonical(parseJson(utf8(text)), utf8(text))).toBe(is);
  });
});

describe("base64", () => {
  it("is read in its one form", () => {
    for (let size = 0; size < 40; size++) {
      const data = Uint8Array.from(randomBytes(size));
      expect(base64Bytes(base64Text(data))).toEqual(data);
      expect(base64urlBytes(utf8(base64urlText(data)))).toEqual(data);
    }
  });

  it.each(["A", "AB", "AAB", "AA==", "A+AA", "A/AA", "é", "AA\n"])("refuses base64url %j", (text) => {
    expect(() => base64urlBytes(utf8(text))).toThrow();
  });

  it.each(["AA", "AB==", "A A=", "-_=="])("refuses base64 %j", (text) => {
    expect(() => base64Bytes(text)).toThrow();
  });
});

describe("a line", () => {
  it.each([
    ['{"index":7,"jws":"a.b.c"}', { index: 7, jws: "a.b.c" }],
    ['{"jws":"", "index": 0}', { index: 0, jws: "" }],
    ['{"index":1.0,"jws":""}', null],
    ['{"index":-1,"jws":""}', null],
    ['{"index":"1","jws":""}', null],
    ['{"index":true,"jws":""}', null],
    ['{"index":99999999999999999999,"jws":""}', null],
    ['{"index":1}', null],
    ['{"index":1,"jws":"","more":1}', null],
    ["[]", null],
    ["", null],
  ])("%s", (text, wanted) => {
    expect(parseLine(utf8(text))).toEqual(wanted);
  });
});

describe("a zip", () => {
  const packed = (files: Zippable) => new Blob([zipSync(files) as Uint8Array<ArrayBuffer>]);

  it("is read in place, packed or not", async () => {
    const source = await openZip(packed({ a: utf8("one"), "b/c": [utf8("two ".repeat(1000)), { level: 0 }] }));
    expect(source.names).toEqual(["a", "b/c"]);
    expect(await contentOf(source, "a")).toBe("one");
    expect(await contentOf(source, "b/c")).toBe("two ".repeat(1000));
    expect(source.size).toBe(4003);
  });

  it("has a comment behind it", async () => {
    const zip = zipSync({ a: utf8("one") });
    const end = zip.length - 22;
    zip[end + 20] = 5;
    const source = await openZip(new Blob([zip as Uint8Array<ArrayBuffer>, "words"]));
    expect(await contentOf(source, "a")).toBe("one");
  });

  it("that is cut off anywhere, or has a byte changed, ends in words", async () => {
    const whole = zipSync({ a: utf8("one"), b: utf8("two ".repeat(100)) });
    for (let at = 0; at < whole.length; at++) {
      for (const data of [whole.slice(0, at), whole.map((byte, index) => (index === at ? byte ^ 0xff : byte))]) {
        const read = async () => {
          const source = await openZip(new Blob([data as Uint8Array<ArrayBuffer>]));
          for (const name of source.names) for await (const chunk of source.chunks(name)) expect(chunk).toBeDefined();
        };
        await read().catch((error) => expect(error, error.stack).toBeInstanceOf(Unreadable));
      }
    }
  });

  it("that says it unpacks to far too much is not read", async () => {
    const zip = zipSync({ a: utf8("one") });
    new DataView(zip.buffer).setUint32(zip.length - 22 - 47 + 24, 70_000_000, true);
    await expect(openZip(new Blob([zip as Uint8Array<ArrayBuffer>]))).rejects.toThrow("far more than a bundle can");
  });

  it("or a folder, read alike", async () => {
    const source = openFiles([{ name: "a", file: new Blob(["one"]) }]);
    expect(await contentOf(source, "a")).toBe("one");
    const twice = { name: "a", file: new Blob() };
    expect(() => openFiles([twice, twice])).toThrow("two files of one name");
  });
});
