import classes from "./Logo.module.css";

/** The mark: a key, bent into the L of its name. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className={classes["mark"]} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect className={classes["plate"]} x="1" y="1" width="22" height="22" rx="6" />
      <circle className={classes["key"]} cx="8.6" cy="7.7" r="2.5" />
      <path className={classes["key"]} d="M8.6 10.2v7.2h8.8v-3.2M13.2 17.4v-2.2" />
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
