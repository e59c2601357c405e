/** What of simjs is used here; it comes without types, and puts its classes into `window`. */
declare module 'simjs';
