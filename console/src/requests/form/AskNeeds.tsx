import type { RequestForm, RequestOffer } from "../../api/types.ts";
import { NetworksField } from "../../keys/form/NetworksField.tsx";
import { OperationsField } from "../../keys/form/OperationsField.tsx";
import { AttributesField, ChannelsField } from "../../keys/form/RestrictionPickers.tsx";
import type { AskErrors, AskValues } from "./values.ts";

interface Props {
  form: RequestForm;
  offer: RequestOffer;
  values: AskValues;
  errors: AskErrors;
  onChange: (part: Partial<AskValues>) => void;
}

// The one access type that a link offers, under a name that the pickers know it by.
const offered = "offered";

/** The pickers of the key form, over what the link offers. */
export function AskNeeds({ form, offer, values, errors, onChange }: Props) {
  const groups = offer.groups.map((group) => ({ ...group, operations: group.operations.map((op) => ({ ...op, access_types: [offered] })) }));
  const account = { name: form.account, enabled_channels: [], ip_ranges: [] };
  const marked = (name: keyof AskValues) => ({ "data-field-error": errors[name] ? name : undefined });
  return (
    <>
      <div {...marked("operations")}>
        <OperationsField
          catalog={{ groups }}
          accessType={{ id: offered, restrictions: ["operations"] }}
          choosing
          value={values.operations}
          error={errors.operations}
          onChange={(operations) => onChange({ operations })}
        />
      </div>
      {offer.channels.length > 0 && (
        <div {...marked("channels")}>
          <ChannelsField
            catalog={offer}
            tenant={account}
            none={{ helper: "Those that your application works on. Nothing selected: you ask for every channel", placeholder: "Every channel" }}
            value={values.channels}
            error={errors.channels}
            onChange={(channels) => onChange({ channels })}
          />
        </div>
      )}
      {offer.attributes.length > 0 && (
        <div {...marked("attributes")}>
          <AttributesField
            catalog={offer}
            none={{ helper: "What it must see of customers. Nothing selected: you ask for every attribute", placeholder: "Every attribute" }}
            value={values.attributes}
            error={errors.attributes}
            onChange={(attributes) => onChange({ attributes })}
          />
        </div>
      )}
      {offer.ip_ranges && (
        <div {...marked("networks")}>
          <NetworksField tenant={account} value={values.networks} error={errors.networks} onChange={(networks) => onChange({ networks })} />
        </div>
      )}
    </>
  );
}
