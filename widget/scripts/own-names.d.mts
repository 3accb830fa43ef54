export declare const OWN_NAMES: RegExp;
