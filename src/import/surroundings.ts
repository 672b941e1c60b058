/** What an importer is told of the folder that the file lies in. */
export interface Surroundings {
  /** Whether there is such a file, by its path from the folder. */
  hasFile(path: string): boolean;
}
