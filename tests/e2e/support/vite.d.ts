/** What the page's bundler makes of an address; here only its types are read. */
declare module '*?worker&url' {
  const address: string;
  export default address;
}
