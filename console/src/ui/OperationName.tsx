import { Fragment } from "react";

/** An operation id that breaks between its words, where it has to. */
export function OperationName({ id }: { id: string }) {
  return id.split(/(?<=[a-z0-9])(?=[A-Z])/).map((word, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
