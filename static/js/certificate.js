import { paintIcons } from "./paintIcons.js";

paintIcons();
