import { mount } from "../mount.tsx";
import { Reference } from "./Reference.tsx";

mount(<Reference />);
