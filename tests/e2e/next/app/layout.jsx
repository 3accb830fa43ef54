import Link from "next/link";
import { Placet } from "placet/next";
import { Status } from "../components/status";

export const metadata = { title: "Next", icons: { icon: "data:," } };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Placet site={process.env.NEXT_PUBLIC_SITE} api={process.env.NEXT_PUBLIC_API} />
        <nav>
          <Link href="/">Home</Link> <Link href="/other">Other</Link> <Link href="/now">Now</Link>
        </nav>
        <Status />
        {children}
      </body>
    </html>
  );
}
