import classes from "./Logo.module.css";

/** The mark: a latch bolt that is also a key's bit. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className={classes["mark"]} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect className={classes["plate"]} x="1" y="1" width="22" height="22" rx="6" />
      <path className={classes["key"]} d="M8 5.2v10.3c0 .9.7 1.6 1.6 1.6h7.2v-3.4h-2v-2.2h-3V5.2z" />
      <circle className={classes["hole"]} cx="9.9" cy="8" r="1.15" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className={classes["logo"]}>
      <Mark />
      <span className={classes["word"]}>
        latch<span className={classes["second"]}>key</span>
      </span>
    </span>
  );
}
